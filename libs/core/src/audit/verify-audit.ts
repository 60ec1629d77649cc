import { type AuditBatch, type AuditHead, batchName, parseBatch } from './audit-batch.js';

export interface AuditFault {
  readonly kind: 'unreadable' | 'altered' | 'missing' | 'misplaced' | 'doubled';
  /** The batch's object, or `segment sequence` of one that is not there. */
  readonly what: string;
  readonly message: string;
}

export interface AuditVerdict {
  readonly segments: number;
  readonly batches: number;
  readonly events: number;
  /** Segments without an end: their process still runs, or died. */
  readonly open: readonly string[];
  readonly faults: readonly AuditFault[];
}

interface Seen {
  readonly name: string;
  readonly digest: string;
  readonly batch: AuditBatch;
}

/**
 * Checks the whole trail: each batch against the digest that the next one holds, each segment for gaps, and the heads that
 * later segments and `anchors` (from the service's log) bear witness to.
 */
export async function verifyAudit(
  stored: AsyncIterable<{ readonly name: string; readonly text: string }>,
  sha256: (text: string) => string,
  anchors: readonly AuditHead[] = [],
): Promise<AuditVerdict> {
  const faults: AuditFault[] = [];
  const segments = new Map<string, Map<number, Seen>>();
  let batches = 0;
  let events = 0;
  for await (const { name, text } of stored) {
    batches += 1;
    const batch = read(name, text, faults);
    if (!batch) continue;
    events += batch.events.length;
    const segment = segments.get(batch.segment) ?? new Map<number, Seen>();
    segments.set(batch.segment, segment);
    if (segment.has(batch.sequence))
      faults.push({
        kind: 'doubled',
        what: name,
        message: 'There are two batches of this number.',
      });
    segment.set(batch.sequence, { name, digest: sha256(text), batch: { ...batch, events: [] } });
  }
  for (const [id, segment] of segments) faults.push(...faultsOfSegment(id, segment));
  const witnesses = [...segments.values()].flatMap((segment) => [
    ...(segment.get(1)?.batch.witnesses ?? []),
  ]);
  faults.push(...faultsOfHeads([...witnesses, ...anchors], segments));
  return {
    segments: segments.size,
    batches,
    events,
    open: [...segments].filter(([, segment]) => !lastOf(segment)?.batch.sealed).map(([id]) => id),
    faults,
  };
}

function read(name: string, text: string, faults: AuditFault[]): AuditBatch | undefined {
  try {
    const batch = parseBatch(text);
    if (batchName(batch) !== name)
      faults.push({
        kind: 'misplaced',
        what: name,
        message: `It is named like another batch: its content belongs to ${batchName(batch)}.`,
      });
    return batch;
  } catch {
    faults.push({ kind: 'unreadable', what: name, message: 'It is no batch of audit events.' });
    return undefined;
  }
}

function faultsOfSegment(id: string, segment: ReadonlyMap<number, Seen>): AuditFault[] {
  const faults: AuditFault[] = [];
  const last = lastOf(segment)?.batch.sequence ?? 0;
  for (let sequence = 1; sequence <= last; sequence += 1) {
    const present = segment.get(sequence);
    const before = segment.get(sequence - 1);
    if (!present)
      faults.push({
        kind: 'missing',
        what: `${id} ${sequence}`,
        message: `Batch ${sequence} of segment ${id} is not there.`,
      });
    else if (
      sequence === 1
        ? present.batch.previous !== 'start'
        : before && present.batch.previous !== before.digest
    )
      faults.push({
        kind: 'altered',
        what: before?.name ?? present.name,
        message: `The batch after it was written when it had other content (${present.name}).`,
      });
    if (before?.batch.sealed)
      faults.push({
        kind: 'altered',
        what: before.name,
        message: 'It says that the segment ends here, but batches follow.',
      });
  }
  return faults;
}

function faultsOfHeads(
  heads: readonly AuditHead[],
  segments: ReadonlyMap<string, ReadonlyMap<number, Seen>>,
): AuditFault[] {
  const faults = new Map<string, AuditFault>();
  for (const { segment, sequence, digest } of heads) {
    const what = `${segment} ${sequence}`;
    const seen = segments.get(segment)?.get(sequence);
    if (!seen)
      faults.set(what, {
        kind: 'missing',
        what,
        message: `Batch ${sequence} of segment ${segment} was seen once, and is not there now.`,
      });
    else if (seen.digest !== digest)
      faults.set(what, {
        kind: 'altered',
        what: seen.name,
        message: 'It was seen with other content.',
      });
  }
  return [...faults.values()];
}

const lastOf = (segment: ReadonlyMap<number, Seen>): Seen | undefined =>
  segment.get(Math.max(...segment.keys()));
