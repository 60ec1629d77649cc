import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { unwrap } from '@outhaul/api-client';
import { type AuditHead, verifyAudit } from '@outhaul/core';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { count, counted, plain } from '../plain-text.js';
import { type Session } from '../session.js';

/** `outhaul audit verify`: fetches the whole trail and checks its chains here, not at the service. */
export async function verifyAuditTrail(
  session: Session,
  what: string,
  options: { heads?: string },
): Promise<void> {
  if (what !== 'verify')
    throw new CommandFailure(
      exitCodes.usage,
      `There is no outhaul audit ${what}.`,
      'outhaul audit verify',
    );
  const anchors = options.heads === undefined ? [] : await readHeads(options.heads);
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const verdict = await verifyAudit(trail(session), sha256, anchors);
  const { output } = session;
  if (output.options.json) output.json({ ...verdict, heads: anchors.length });
  for (const { kind, what: where, message } of output.options.json ? [] : verdict.faults)
    output.line(`✗ ${kind} ${plain(where)}: ${plain(message)}`);
  const size = `${counted(verdict.events, 'event')} in ${count(verdict.batches)} batches of ${count(verdict.segments)} processes`;
  if (verdict.faults.length > 0)
    throw new CommandFailure(
      exitCodes.notVerified,
      `The audit trail is not whole: ${count(verdict.faults.length)} faults in ${size}.`,
      'Compare with the log lines `audit`; the records bucket keeps earlier versions of its objects.',
    );
  if (!output.options.json)
    output.line(
      `✓ ${size}: nothing altered, nothing missing (${count(anchors.length)} heads from the log)`,
    );
}

async function* trail({ client }: Session) {
  let pageToken: string | undefined;
  do {
    const page = await unwrap(
      client.GET('/api/v1/activity/log', { params: { query: { pageSize: 200, pageToken } } }),
    );
    yield* page.items;
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
}

/** Log lines `audit.head`, one JSON document a line, as the service or Cloud Logging writes them. */
async function readHeads(file: string): Promise<AuditHead[]> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new CommandFailure(exitCodes.notFound, `${file} cannot be read.`);
  });
  const heads: AuditHead[] = [];
  for (const line of text.split('\n').filter((each) => each.includes('audit.head'))) {
    try {
      const { jsonPayload, ...entry } = JSON.parse(line) as Partial<AuditHead> & {
        jsonPayload?: Partial<AuditHead>;
      };
      const { segment, sequence, digest } = jsonPayload ?? entry;
      if (segment && sequence && digest) heads.push({ segment, sequence, digest });
    } catch {
      throw new CommandFailure(exitCodes.usage, `${file} holds a line that is not JSON.`);
    }
  }
  return heads;
}
