import { bytesText } from './bytes-text.js';
import { type CompiledRequest } from './compile-request.js';
import { type PlannedCost } from './plan.js';

const bytesPerTib = 2 ** 40;
/** BigQuery bills at least this much for each table that a query reads. */
const leastBilledBytes = 10 * 2 ** 20;

/** What BigQuery asks for an export; `queryBytes` are those that the dry run of the query counted. */
export function plannedCost(
  engine: CompiledRequest['engine'],
  queryBytes = 0,
  { currency, pricePerTib }: { readonly currency: string; readonly pricePerTib: number },
): PlannedCost {
  if (engine === 'extract') {
    return {
      free: true,
      billedBytes: 0,
      amount: 0,
      currency,
      explanation: 'Extract jobs are free (up to 50 TiB a day for each project).',
    };
  }
  const billedBytes = Math.max(queryBytes, leastBilledBytes);
  const least = billedBytes > queryBytes ? `, billed as ${bytesText(billedBytes)},` : '';
  return {
    free: false,
    billedBytes,
    amount: (billedBytes / bytesPerTib) * pricePerTib,
    currency,
    explanation: `The query reads ${bytesText(queryBytes)}${least} at ${pricePerTib} ${currency} per TiB.`,
  };
}
