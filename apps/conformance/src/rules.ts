import { openRules } from './open-rules.js';
import { type Rule } from './rule.js';
import { settledRules } from './settled-rules.js';

/** The rules of Google’s that Outhaul once had wrong or cannot be sure of. */
export const rules: readonly Rule[] = [...settledRules, ...openRules];
