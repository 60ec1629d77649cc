import { type Plan, type PlannedQuota } from '../plan/plan.js';
import { type RecordStore } from '../ports/record-store.js';

const freeBytesPerDay = 50 * 2 ** 40;
const dayMs = 24 * 3_600_000;
const mostPages = 10;

/**
 * What is left of the free extract quota of a plan's project, as far as this service can know: it counts its own exports
 * of the last 24 hours. BigQuery tells nobody what is left, and other users of the project are not seen.
 */
export async function extractQuota(
  plan: Plan,
  records: RecordStore,
  nowMs: number,
): Promise<PlannedQuota | undefined> {
  if (plan.engine.kind !== 'extract') return undefined;
  const { billingProject } = plan.source;
  const since = new Date(nowMs - dayMs).toISOString();
  let usedBytes = 0;
  let pageToken: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const { items, nextPageToken } = await records.list({ pageSize: 1_000, pageToken });
    const recent = items.filter(({ createdAt }) => createdAt >= since);
    for (const each of recent)
      if (each.billingProject === billingProject) usedBytes += each.extractBytes ?? 0;
    pageToken = recent.length === items.length ? nextPageToken : undefined;
    if (!pageToken) break;
  }
  return {
    freeBytesPerDay,
    usedBytes,
    leftBytes: Math.max(freeBytesPerDay - usedBytes, 0),
    explanation: `Outhaul's own extracts of the last 24 hours in ${billingProject}, of 50 TiB; what others extract there is not known.`,
  };
}
