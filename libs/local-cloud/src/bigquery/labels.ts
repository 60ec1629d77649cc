import { invalid } from './bigquery-errors.js';

const mostLabels = 64;
const validKey = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const validValue = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;

/** Adds labels to those there are; null takes one away. Throws 400 for keys and values that BigQuery refuses. */
export function mergeLabels(before: unknown, change: unknown): Record<string, string> {
  const labels = new Map(Object.entries((before ?? {}) as Record<string, string>));
  if (typeof change !== 'object' || change === null || Array.isArray(change))
    throw invalid('Invalid value for labels: an object of texts is needed.');
  for (const [key, value] of Object.entries(change as Record<string, unknown>)) {
    if (value === null) {
      labels.delete(key);
      continue;
    }
    if (!validKey.test(key)) throw invalid(`Label key "${shown(key)}" has invalid characters.`);
    if (typeof value !== 'string' || !validValue.test(value))
      throw invalid(`Label value "${shown(String(value))}" has invalid characters.`);
    labels.set(key, value);
  }
  if (labels.size > mostLabels)
    throw invalid(`Too many labels: ${labels.size}, of at most ${mostLabels}.`);
  return Object.fromEntries(labels);
}

const shown = (text: string): string => text.slice(0, 100);
