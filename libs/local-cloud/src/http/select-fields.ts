import { CloudError } from './cloud-error.js';

/** The fields to keep; `undefined` keeps everything below. */
class FieldMask extends Map<string, FieldMask | undefined> {}

/** Applies Google's partial-response mask (`fields=items(name,size),nextPageToken`) to a JSON answer. */
export function selectFields(value: unknown, fields: string): unknown {
  return applyMask(value, parseMask(fields));
}

/** Names of the fields that a mask shows of what lies under `key`; undefined when that is everything. */
export function fieldsBelow(fields: string | null, key: string): string[] | undefined {
  const mask = fields ? parseMask(fields) : undefined;
  const below = mask?.has('*') ? undefined : mask?.get(key);
  return below && !below.has('*') ? [...below.keys()] : undefined;
}

function applyMask(value: unknown, mask: FieldMask | undefined): unknown {
  if (!mask || mask.has('*') || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => applyMask(item, mask));
  const kept: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value))
    if (mask.has(key)) kept[key] = applyMask(child, mask.get(key));
  return kept;
}

function parseMask(fields: string): FieldMask {
  const tokens = fields.match(/[^,()/\s]+|[,()/]/g) ?? [];
  let position = 0;

  const parseList = (): FieldMask => {
    const mask = new FieldMask();
    do {
      const [name, child] = parseField();
      const known = mask.get(name);
      mask.set(name, known && child ? new FieldMask([...known, ...child]) : child);
    } while (tokens[position] === ',' && ++position);
    return mask;
  };
  const parseField = (): [string, FieldMask | undefined] => {
    const name = tokens[position++];
    if (name === undefined || /^[,()/]$/.test(name)) throw invalidMask(fields);
    if (tokens[position] === '/') {
      position++;
      return [name, new FieldMask([parseField()])];
    }
    if (tokens[position] !== '(') return [name, undefined];
    position++;
    const child = parseList();
    if (tokens[position++] !== ')') throw invalidMask(fields);
    return [name, child];
  };

  const mask = parseList();
  if (position !== tokens.length) throw invalidMask(fields);
  return mask;
}

const invalidMask = (fields: string): CloudError =>
  new CloudError(400, 'invalidParameter', `Invalid field selection ${fields}`, {
    location: 'fields',
    locationType: 'parameter',
  });
