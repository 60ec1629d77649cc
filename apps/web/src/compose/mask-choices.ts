import { type Field } from '@outhaul/api-client';
import { type Mask } from './draft';

export type MaskKind = Mask['kind'];

const dates = new Set(['DATE', 'DATETIME', 'TIMESTAMP']);

/** The masks that fit a column, with their names for people. */
export function maskChoices(field: Field): readonly { kind: MaskKind; name: string }[] {
  const isNested = field.type === 'STRUCT' || field.mode === 'REPEATED';
  const all: { kind: MaskKind; name: string; fits: boolean }[] = [
    { kind: 'null', name: $localize`:@@mask.null:NULL instead`, fits: true },
    { kind: 'sha256', name: $localize`:@@mask.sha256:Keyed SHA-256`, fits: !isNested },
    { kind: 'keep-first', name: $localize`:@@mask.keepFirst:Keep the first …`, fits: !isNested },
    { kind: 'keep-last', name: $localize`:@@mask.keepLast:Keep the last …`, fits: !isNested },
    {
      kind: 'email-domain',
      name: $localize`:@@mask.emailDomain:Domain of the e-mail`,
      fits: !isNested && field.type === 'STRING',
    },
    {
      kind: 'date-to-month',
      name: $localize`:@@mask.dateToMonth:Month only`,
      fits: !isNested && dates.has(field.type),
    },
    { kind: 'constant', name: $localize`:@@mask.constant:A fixed text …`, fits: !isNested },
  ];
  return all.filter(({ fits }) => fits);
}

/** A mask of this kind as it begins. */
export function maskOfKind(kind: MaskKind): Mask {
  switch (kind) {
    case 'constant':
      return { kind, value: 'hidden' };
    case 'keep-first':
    case 'keep-last':
      return { kind, count: 4 };
    default:
      return { kind };
  }
}
