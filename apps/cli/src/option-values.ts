import { InvalidArgumentError } from 'commander';

/** Reads a whole number above zero. */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('It must be a whole number above zero.');
}

/** Refuses what is no whole number above zero; answers it as it is written. */
export function wholeNumberText(text: string): string {
  wholeNumber(text);
  return text;
}

/** Refuses what is no number above zero; answers it as it is written. */
export function numberText(text: string): string {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return text;
  throw new InvalidArgumentError('It must be a number above zero.');
}

/** Refuses nothing at all, as a variable that is not set leaves it: it would mean something else. */
export function notEmpty(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('It is empty.');
}

/** Of an option that may be given any number of times: all its values. */
export const collect = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];
