/** What to do about a failure, where the service has not named the exact mend. */
export function adviceOn(code: string | undefined): string | undefined {
  switch (code) {
    case 'table-not-found':
      return $localize`:@@advice.table:Look the table up in the catalog. If it is not there, ask its owner for BigQuery Data Viewer on it.`;
    case 'permission-denied':
      return $localize`:@@advice.permission:Ask for the permission that is named, wait a minute until Google has spread it, and retry.`;
    case 'quota-exceeded':
      return $localize`:@@advice.quota:A quota of the project is used up. Retry later, or choose fewer rows or columns.`;
    case 'upstream-unavailable':
      return $localize`:@@advice.upstream:Google could not be reached for a while. Retry: what was done before stays.`;
    case 'location-mismatch':
      return $localize`:@@advice.location:Export again, and choose a bucket where the data are.`;
    case 'verification-failed':
    case 'files-changed':
      return $localize`:@@advice.verification:The files are kept as evidence, and handed out to nobody. Retry: they are written anew.`;
    case 'sql-invalid':
    case 'column-not-found':
    case 'type-unsupported':
      return $localize`:@@advice.request:Export again, and change the query or the columns.`;
    case 'job-failed':
    case 'job-lost':
    case 'internal':
      return $localize`:@@advice.job:Retry. If it fails again, give an admin the id of this export.`;
    default:
      return undefined;
  }
}
