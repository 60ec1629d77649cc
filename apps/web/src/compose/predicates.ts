import { type Field } from '@outhaul/api-client';
import { type Predicate } from './draft';

type Comparison = Predicate['is'];
type Scalar = string | number;

/** How a column can be compared, with names for people. */
export function comparisons(field: Field | undefined): readonly { is: Comparison; name: string }[] {
  const isText = field?.type === 'STRING';
  const isOrdered = field?.type !== 'BOOL' && field?.type !== 'BYTES';
  const isOpaque = /^(JSON|GEOGRAPHY|INTERVAL|RANGE)$/.test(field?.type ?? '');
  const all: { is: Comparison; name: string; fits: boolean }[] = [
    { is: '=', name: '=', fits: !isOpaque },
    { is: '!=', name: '≠', fits: !isOpaque },
    { is: '<', name: '<', fits: isOrdered && !isOpaque },
    { is: '<=', name: '≤', fits: isOrdered && !isOpaque },
    { is: '>', name: '>', fits: isOrdered && !isOpaque },
    { is: '>=', name: '≥', fits: isOrdered && !isOpaque },
    { is: 'between', name: $localize`:@@is.between:between`, fits: isOrdered && !isOpaque },
    { is: 'in', name: $localize`:@@is.in:one of`, fits: !isOpaque },
    { is: 'not-in', name: $localize`:@@is.notIn:none of`, fits: !isOpaque },
    { is: 'contains', name: $localize`:@@is.contains:contains`, fits: isText },
    { is: 'starts-with', name: $localize`:@@is.startsWith:begins with`, fits: isText },
    { is: 'ends-with', name: $localize`:@@is.endsWith:ends with`, fits: isText },
    { is: 'null', name: $localize`:@@is.null:is NULL`, fits: true },
    { is: 'not-null', name: $localize`:@@is.notNull:is not NULL`, fits: true },
  ];
  return all.filter(({ fits }) => fits);
}

/** A condition from what stands in the form’s fields. */
export function makePredicate(
  column: string,
  is: Comparison,
  text: string,
  field: Field | undefined,
): Predicate {
  const value = (part: string): Scalar => typed(part, field);
  switch (is) {
    case 'null':
    case 'not-null':
      return { column, is };
    case 'in':
    case 'not-in':
      return { column, is, values: text.split(',').map((part) => value(part.trim())) };
    case 'between': {
      const [from = '', to = ''] = text.split('..').map((part) => part.trim());
      return { column, is, from: value(from), to: value(to) };
    }
    case 'contains':
    case 'starts-with':
    case 'ends-with':
      return { column, is, value: text };
    default:
      return { column, is, value: value(text) };
  }
}

/** The values of a condition as the form’s field shows them. */
export function valueText(predicate: Predicate): string {
  if ('values' in predicate) return predicate.values.join(', ');
  if ('from' in predicate)
    return predicate.from === '' && predicate.to === ''
      ? ''
      : `${predicate.from} .. ${predicate.to}`;
  return 'value' in predicate ? String(predicate.value) : '';
}

/** Integers that a JSON number holds exactly are sent as numbers; all else as the text that it is. */
function typed(text: string, field: Field | undefined): Scalar {
  const isNumber = field?.type === 'INT64' || field?.type === 'FLOAT64';
  const number = Number(text);
  return isNumber &&
    text.trim() !== '' &&
    String(number) === text.trim() &&
    Math.abs(number) < 2 ** 53
    ? number
    : text;
}
