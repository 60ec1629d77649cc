/**
 * What is said of a failed job. BigQuery puts values of rows into its messages (`Bad int64 value: Smith`), and a query can
 * write any text into them by ERROR(), so that no part of a message is passed on unless it can be nothing but a number or
 * the name of something of Google's. Who started the job reads the rest in BigQuery.
 */
export function jobFailureText(reason: string, message: string): string {
  return namedText(reason, message) ?? kindText(message) ?? textOf[reason] ?? otherwise;
}

const otherwise = 'BigQuery gave a reason that may hold values';

/** By BigQuery's reasons, from its “Error messages” page. */
const textOf: Readonly<Record<string, string>> = {
  accessDenied: 'A permission is missing',
  attributeError: 'The job was not as BigQuery wants it',
  backendError: 'BigQuery is not available for a moment',
  billingNotEnabled: 'The project has no billing account',
  billingTierLimitExceeded: 'The query needs more than the billing tier allows',
  blocked: 'BigQuery blocks jobs of this project',
  bytesBilledLimitExceeded: 'The query would be billed for more bytes than it may',
  duplicate: 'What the job makes is there already',
  internalError: 'BigQuery met an internal error',
  invalid: 'BigQuery does not take the input of the job',
  invalidQuery: 'A row, or the query itself, could not be evaluated',
  jobBackendError: 'BigQuery is not available for a moment',
  jobInternalError: 'BigQuery met an internal error',
  jobRateLimitExceeded: 'There were too many jobs at once',
  notFound: 'Something that the job reads is not there',
  notImplemented: 'BigQuery cannot do that',
  quotaExceeded: 'A quota of the project is used up',
  rateLimitExceeded: 'There were too many requests at once',
  resourceInUse: 'Something that the job writes is in use',
  resourcesExceeded: 'The query needs more resources than BigQuery gives it',
  responseTooLarge: 'The result is larger than BigQuery returns',
  stopped: 'The job was cancelled',
  tableUnavailable: 'The table is not available for a moment',
  timeout: 'The job took longer than it may',
};

/** How messages start, and what is said instead; nothing of the message is passed on. */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/^division by zero/i, 'A division by zero'],
  [/^Bad (\w+ )?value|^Could not cast|^Invalid cast/i, 'A value cannot be cast to the type'],
  [/^(Failed|Error|Unable) (to parse|parsing)|^Error while parsing/i, 'A value cannot be parsed'],
  [
    /^Invalid (snapshot )?time|time travel/i,
    'The table cannot be read as of that instant: it lies before the time travel window',
  ],
  [
    /^(Invalid|Cannot parse|Could not parse)\b.*\b(date|time|timestamp|datetime)\b/i,
    'A value is no date or time',
  ],
  [/\bjson\b/i, 'A value is no valid JSON'],
  [/overflow|out of range/i, 'A value is out of range'],
  [/^Cannot read in the future/i, 'The table cannot be read at an instant in the future'],
  [
    /^Query exceeded limit for bytes billed/i,
    'The query would be billed for more bytes than it may',
  ],
];

const kindText = (message: string): string | undefined =>
  kinds.find(([shape]) => shape.test(message))?.[1];

const name = '[\\w.:@$-]+';
/** Messages about names alone, of reasons that BigQuery gives before it reads a row; ERROR() gives `invalidQuery`. */
const namedShapes: Readonly<Record<string, readonly RegExp[]>> = {
  accessDenied: [
    new RegExp(
      `^Access Denied: (Table|View|Dataset|Project|Bucket|File|BigQuery) ${name}: (User does not have|Permission) [a-z.A-Z ]{1,80}( (on|in|for|to query) (table|view|dataset|project) ${name})?( \\(or it may not exist\\)|, or perhaps it does not exist)?\\.?$`,
    ),
    new RegExp(
      `^Access Denied: BigQuery BigQuery: User has neither fine-grained reader nor masked get permission to get data protected by policy tag "${name}" on columns? ${name}(, ${name})*\\.?$`,
    ),
  ],
  notFound: [
    new RegExp(
      `^Not found: (Table|View|Dataset|Project|Bucket) ${name}( was not found in location [\\w-]+)?$`,
    ),
  ],
};

function namedText(reason: string, message: string): string | undefined {
  const isNamed = namedShapes[reason]?.some((shape) => shape.test(message));
  return isNamed ? message.replace(/\.$/, '') : undefined;
}
