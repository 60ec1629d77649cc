import { CloudError } from './cloud-error.js';

/** The fields to keep; `undefined` keeps everything below. */
class FieldMask extends Map<string, FieldMask | undefined> {}

/** Applies Google's partial-response mask (`fields=items(name,size),nextPageToken`) to a JSON answer. */
export function selectFields(value: unknown, fields: string): unknown {
  return applyMask(value, parseMask(fields));
}

function applyMask(value: unknown, mask: FieldMask | undefined): unknown {
  if (!mask || mask.has('*') || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => applyMask(item, mask));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => mask.has(key))
      .map(([key, child]) => [key, applyMask(child, mask.get(key))]),
  );
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
