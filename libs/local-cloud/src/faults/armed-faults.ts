import { type Fault, type FaultMatch, type FaultPlan } from './fault.js';

/** A call as faults look at it. */
export interface FaultSubject {
  readonly service: string;
  readonly operation: string;
  readonly method: string;
  readonly path: string;
}

/** A plan with what is left of it. */
export interface ArmedFault extends FaultPlan {
  readonly id: string;
  readonly leftToSkip: number;
  readonly leftToMeet: number;
}

/** The faults that wait for calls, oldest first. A call meets the first one that fits. */
export class ArmedFaults {
  #armed: ArmedFault[] = [];
  #made = 0;

  arm(plan: FaultPlan): ArmedFault {
    const armed = {
      ...plan,
      id: String(++this.#made),
      leftToSkip: plan.skip,
      leftToMeet: plan.count,
    };
    this.#armed.push(armed);
    return armed;
  }

  list(): readonly ArmedFault[] {
    return this.#armed;
  }

  /** Takes one away; without an id all of them. Returns how many there were. */
  disarm(id?: string): number {
    const before = this.#armed.length;
    this.#armed = id === undefined ? [] : this.#armed.filter((armed) => armed.id !== id);
    return before - this.#armed.length;
  }

  /** The fault this call meets, counted off. */
  take(subject: FaultSubject): Fault | undefined {
    const index = this.#armed.findIndex(
      ({ match, leftToMeet }) => leftToMeet > 0 && fits(match, subject),
    );
    const armed = this.#armed[index];
    if (!armed) return undefined;
    const isSkipped = armed.leftToSkip > 0;
    this.#armed[index] = isSkipped
      ? { ...armed, leftToSkip: armed.leftToSkip - 1 }
      : { ...armed, leftToMeet: armed.leftToMeet - 1 };
    return isSkipped ? undefined : armed.fault;
  }
}

const fits = (match: FaultMatch, subject: FaultSubject): boolean =>
  (match.service ?? subject.service) === subject.service &&
  (match.method ?? subject.method) === subject.method &&
  fitsText(match.operation, subject.operation) &&
  fitsText(match.path, subject.path);

function fitsText(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined) return true;
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return text === first;
  if (!text.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let position = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return text.length - last.length >= position && text.endsWith(last);
}
