import { AppError } from '../errors.js';
import { type Field, findField } from '../schema.js';

/** Finds a column by name or dotted path; a name that holds dots itself goes first. Throws `column-not-found`. */
export function findColumn(
  fields: readonly Field[],
  path: string,
  where: string,
): { field: Field; path: readonly string[] } {
  const direct = findField(fields, path);
  if (direct) return { field: direct, path: [direct.name] };
  const found: string[] = [];
  let level = fields;
  let field: Field | undefined;
  for (const part of path.split('.')) {
    if (field?.mode === 'REPEATED') throw missing(fields, path, where, `${field.name} is repeated`);
    field = findField(level, part);
    if (!field) throw missing(fields, path, where);
    found.push(field.name);
    level = field.fields ?? [];
  }
  if (!field) throw missing(fields, path, where);
  return { field, path: found };
}

function missing(fields: readonly Field[], path: string, where: string, why?: string): AppError {
  const nearest = closest(
    path,
    fields.map((field) => field.name),
  );
  const message = `There is no column ${path}${why ? ` (${why})` : ''}.`;
  return new AppError('column-not-found', message, {
    field: where,
    resource: path,
    fix: nearest
      ? `Did you mean ${nearest}?`
      : `The columns are ${fields
          .slice(0, 20)
          .map((field) => field.name)
          .join(', ')}.`,
    faults: [{ field: where, message }],
  });
}

/** The candidate within an edit distance of 3, if there is one. */
function closest(wanted: string, candidates: readonly string[]): string | undefined {
  const scored = candidates
    .map((candidate) => ({
      candidate,
      distance: editDistance(wanted.toLowerCase(), candidate.toLowerCase()),
    }))
    .sort((a, b) => a.distance - b.distance);
  const best = scored[0];
  return best && best.distance <= Math.min(3, Math.floor(wanted.length / 2))
    ? best.candidate
    : undefined;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, substitution));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
