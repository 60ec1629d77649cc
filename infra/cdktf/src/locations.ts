/** Regions of Cloud Run: https://cloud.google.com/run/docs/locations */
export const runRegions: readonly string[] = [
  'africa-south1',
  'asia-east1',
  'asia-east2',
  'asia-northeast1',
  'asia-northeast2',
  'asia-northeast3',
  'asia-south1',
  'asia-south2',
  'asia-southeast1',
  'asia-southeast2',
  'asia-southeast3',
  'australia-southeast1',
  'australia-southeast2',
  'europe-central2',
  'europe-north1',
  'europe-north2',
  'europe-southwest1',
  'europe-west1',
  'europe-west10',
  'europe-west12',
  'europe-west2',
  'europe-west3',
  'europe-west4',
  'europe-west6',
  'europe-west8',
  'europe-west9',
  'me-central1',
  'me-central2',
  'me-west1',
  'northamerica-northeast1',
  'northamerica-northeast2',
  'northamerica-south1',
  'southamerica-east1',
  'southamerica-west1',
  'us-central1',
  'us-east1',
  'us-east4',
  'us-east5',
  'us-south1',
  'us-west1',
  'us-west2',
  'us-west3',
  'us-west4',
];

/** Regions where Cloud Run maps domain names: https://cloud.google.com/run/docs/mapping-custom-domains */
export const domainMappingRegions: readonly string[] = [
  'asia-east1',
  'asia-northeast1',
  'asia-southeast1',
  'europe-north1',
  'europe-west1',
  'europe-west4',
  'us-central1',
  'us-east1',
  'us-east4',
  'us-west1',
];

/** BigQuery's multi-regions; a bucket may have the same location. */
export const dataMultiRegions: readonly string[] = ['EU', 'US'];

/** Cloud Storage's multi-regions and predefined dual-regions: https://cloud.google.com/storage/docs/locations */
export const storageMultiRegions: readonly string[] = [
  'EU',
  'US',
  'ASIA',
  'EUR4',
  'EUR5',
  'EUR7',
  'EUR8',
  'NAM4',
  'ASIA1',
];

/** Artifact Registry's multi-regions. */
export const imageMultiRegions: readonly string[] = ['europe', 'us', 'asia'];

/** Up to three names that start like `wrong`, for a message. */
export function nearest(wrong: string, known: readonly string[]): string {
  const text = wrong.toLowerCase();
  const shared = (each: string) => {
    const other = each.toLowerCase();
    let length = 0;
    while (length < text.length && text[length] === other[length]) length += 1;
    return length;
  };
  return [...known]
    .sort((a, b) => shared(b) - shared(a))
    .slice(0, 3)
    .join(', ');
}
