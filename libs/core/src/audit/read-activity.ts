import { AppError } from '../errors.js';
import { mapLimited } from '../run/shards.js';
import { type Page } from '../table.js';
import { type AuditStore, parseBatch, type StoredBatch } from './audit-batch.js';
import { type AuditEvent } from './audit-event.js';

export interface ActivityFilter {
  readonly who?: string;
  /** Whole, or up to a dot or space: `export` finds `export.start`. */
  readonly action?: string;
  readonly decision?: 'allow' | 'deny';
  /** Of an export or a set. */
  readonly exportId?: string;
  /** RFC 3339, both inclusive. */
  readonly from?: string;
  readonly to?: string;
  readonly pageSize?: number;
  readonly pageToken?: string;
}

/** One call looks through so many batches at most; a page may then hold fewer events than were asked for. */
const mostBatches = 500;
const batchesAtOnce = 16;
/** A batch is written up to a second after its events, and a clock may be off. */
const slackMs = 60_000;

/** Events that match, newest first. */
export async function readActivity(
  store: AuditStore,
  filter: ActivityFilter,
): Promise<Page<AuditEvent>> {
  const pageSize = filter.pageSize ?? 100;
  const fromMs = filter.from === undefined ? undefined : Date.parse(filter.from);
  const toMs = filter.to === undefined ? undefined : Date.parse(filter.to);
  const wanted = (event: AuditEvent) => matches(event, filter, fromMs, toMs);
  const items: AuditEvent[] = [];
  let place = placeOf(filter.pageToken);
  for (let looked = 0; looked < mostBatches;) {
    const page = await store.list({
      pageSize: batchesAtOnce,
      after: place.after,
      fromMs,
      toMs: toMs === undefined ? undefined : toMs + slackMs,
    });
    const batches = await mapLimited(page.items, batchesAtOnce, ({ name }) =>
      eventsOf(store, name),
    );
    for (const [index, events] of batches.entries()) {
      const { name } = page.items[index] as StoredBatch;
      const newestFirst = events.toReversed();
      for (let at = place.skip; at < newestFirst.length; at += 1) {
        const event = newestFirst[at] as AuditEvent;
        if (!wanted(event)) continue;
        items.push(event);
        if (items.length === pageSize)
          return { items, nextPageToken: tokenOf({ after: place.after, skip: at + 1 }) };
      }
      place = { after: name, skip: 0 };
    }
    looked += batches.length;
    if (page.nextPageToken === undefined) return { items };
  }
  return { items, nextPageToken: tokenOf(place) };
}

async function eventsOf(store: AuditStore, name: string): Promise<readonly AuditEvent[]> {
  const text = await store.read(name);
  try {
    return parseBatch(text).events;
  } catch (error) {
    throw new AppError(
      'record-unreadable',
      `${name} is no batch of audit events.`,
      { resource: name, fix: 'outhaul audit verify' },
      { cause: error },
    );
  }
}

function matches(
  event: AuditEvent,
  { who, action, decision, exportId }: ActivityFilter,
  fromMs = -Infinity,
  toMs = Infinity,
): boolean {
  const at = Date.parse(event.at);
  return (
    (who === undefined || event.who === who) &&
    (action === undefined ||
      event.action === action ||
      event.action.startsWith(`${action}.`) ||
      event.action.startsWith(`${action} `)) &&
    (decision === undefined || event.decision === decision) &&
    (exportId === undefined || [event.exportId, event.exportSetId].includes(exportId)) &&
    at >= fromMs &&
    at <= toMs
  );
}

interface Place {
  /** Batches up to this one are done. */
  readonly after?: string;
  /** Events of the batch that follows which are done. */
  readonly skip: number;
}

const tokenOf = ({ after = '', skip }: Place): string => `${skip}:${after}`;

function placeOf(token: string | undefined): Place {
  if (token === undefined) return { skip: 0 };
  const [, skip, after] = /^(\d{1,6}):((?:audit\/[\w.-]{1,100})?)$/.exec(token) ?? [];
  if (skip === undefined)
    throw new AppError('request-invalid', 'The page token is not one of this service.', {
      field: 'pageToken',
    });
  return { skip: Number(skip), after: after || undefined };
}
