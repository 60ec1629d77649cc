import { type Answer } from './answer.js';
import { type Outcome } from './outcome.js';
import { type Got } from './probe.js';

/**
 * What an answer says, in the words of a probe: `works` when Google granted it, else `refused`. A refusal whose words
 * do not match `because` is another one than was asked about.
 */
export function told(answer: Answer | Outcome, works: string, because?: RegExp): Got {
  const { refusal } = answer;
  if (refusal === undefined) return { answer: works };
  return {
    answer: because && !because.test(refusal) ? 'refused for another reason' : 'refused',
    message: refusal,
  };
}
