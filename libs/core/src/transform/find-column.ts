import { closestName } from '../closest-name.js';
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
  const nearest = closestName(
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
