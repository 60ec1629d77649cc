/** What helps against a refusal of Google's, by what its message is about; undefined when the message says it itself. */
export function denialRemedy(message: string): string | undefined {
  for (const [about, remedy] of remedies) if (about.test(message)) return remedy;
  const permission = permissionIn(message);
  return permission && `Ask for a role that holds ${permission}.`;
}

/** The IAM permission that a message names. */
export const permissionIn = (message: string): string | undefined =>
  /\b(?:bigquery|storage|serviceusage|resourcemanager|datacatalog|iam)\.[A-Za-z]+\.[A-Za-z]+\b/.exec(
    message,
  )?.[0];

/** From the narrow to the wide. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /VPC Service Controls|prohibited by organization's policy/i,
    'Ask who runs the VPC Service Controls perimeter to let this call through; the id in the message finds it in their logs.',
  ],
  [
    /has not been used in project|SERVICE_DISABLED|quota project|serviceusage\.services\.use/i,
    'Enable the API in the project that is named, or use another quota project: gcloud auth application-default set-quota-project PROJECT',
  ],
  [
    /time travel on table/i,
    'Read the table as it is now; its past is for BigQuery admins (bigquery.rowAccessPolicies.overrideTimeTravelRestrictions).',
  ],
  [
    /row access polic/i,
    'Export the rows that you may see, or ask for a row access policy with the filter TRUE.',
  ],
  [
    /policy tag|fine-grained reader|masked get/i,
    'Leave the column out, or ask for Fine-Grained Reader or Masked Reader on its policy tag.',
  ],
];
