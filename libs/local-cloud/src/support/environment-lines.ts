/** How bq, gcloud, gsutil and the client libraries are pointed at a running local cloud. */
export function environmentLines(options: {
  readonly url: string;
  readonly projectId: string;
  /** The service account's key file. */
  readonly keyFile: string;
  /** Whether genuine tokens are demanded. */
  readonly enforce: boolean;
}): string {
  const { url, projectId, keyFile, enforce } = options;
  const { hostname, port } = new URL(url);
  const token = enforce ? '$TOKEN' : 'any';
  const gcloudToken = enforce
    ? 'CLOUDSDK_AUTH_ACCESS_TOKEN_FILE=<(echo $TOKEN)'
    : 'CLOUDSDK_AUTH_DISABLE_CREDENTIALS=true';
  const tokenLine = enforce
    ? `
# a token of viewer@, exporter@ or admin@outhaul.test, for an hour
TOKEN=$(curl -s ${url}/_local/tokens -H 'Content-Type: application/json' -d '{"email":"admin@outhaul.test"}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
`
    : '';
  return `${tokenLine}
# bq
bq --api=${url} --oauth_access_token=${token} --project_id=${projectId} ls

# gcloud storage
export CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE=${url}/storage/v1/ CLOUDSDK_STORAGE_GS_XML_ENDPOINT_URL=${url} CLOUDSDK_CORE_PROJECT=${projectId}
${gcloudToken} gcloud storage ls

# gsutil (it speaks TLS; the same port answers)
gsutil -o Credentials:gs_json_host=${hostname} -o Credentials:gs_json_port=${port} -o Boto:https_validate_certificates=False ls

# Node, Python, Go and Java authenticate with the service account's key
export GOOGLE_APPLICATION_CREDENTIALS=${keyFile} GOOGLE_CLOUD_PROJECT=${projectId}
# Node     new BigQuery({ apiEndpoint: '${url}' })                  new Storage({ apiEndpoint: '${url}' })
#          new CloudTasksClient({ fallback: true, protocol: 'http', apiEndpoint: '${hostname}', port: ${port} })
# Python   bigquery.Client(client_options={"api_endpoint": "${url}"})   storage.Client(client_options={"api_endpoint": "${url}"})
# Go       bigquery.NewClient(ctx, "${projectId}", option.WithEndpoint("${url}/bigquery/v2/"))
#          storage.NewClient(ctx, option.WithEndpoint("${url}/storage/v1/"), storage.WithJSONReads())
# Java     BigQueryOptions.newBuilder().setHost("${url}")            StorageOptions.newBuilder().setHost("${url}")
`;
}
