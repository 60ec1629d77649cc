import { randomBytes, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { CloudError } from '../http/cloud-error.js';
import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import { readRelatedUpload } from '../storage/multipart-related.js';
import { type BigQueryContext, parameter } from './bigquery-context.js';
import { invalid, required } from './bigquery-errors.js';
import { startJob } from './insert-job.js';
import { toJobResource } from './job-record.js';

type Json = Readonly<Record<string, unknown>>;

/** A resumable upload under way; it is lost when the process ends, and the client begins again. */
interface UploadSession {
  readonly projectId: string;
  readonly body: Json;
  readonly path: string;
  readonly owner: string;
}

/** `jobs.insert` with a file: multipart, or resumable in one or several requests. */
export function uploadRoutes(context: BigQueryContext): Route[] {
  const sessions = new Map<string, UploadSession>();
  return ['/upload', '/resumable/upload'].flatMap((prefix): Route[] => {
    const path = `${prefix}/bigquery/v2/projects/:project/jobs`;
    const common = { service: 'bigquery', path, operation: 'bigquery.jobs.insert' } as const;
    return [
      {
        ...common,
        method: 'POST',
        handler: (request) =>
          request.query.get('uploadType') === 'multipart' ||
          /^multipart\/related/i.test(request.headers['content-type'] ?? '')
            ? insertMultipart(context, request)
            : beginUpload(context, sessions, request),
      },
      {
        ...common,
        method: 'PUT',
        handler: (request) => continueUpload(context, sessions, request),
      },
    ];
  });
}

async function insertMultipart(
  context: BigQueryContext,
  request: CloudRequest,
): Promise<CloudResponse> {
  const { metadata, media } = await readRelatedUpload(
    request.raw,
    request.headers['content-type'] ?? '',
  );
  const path = context.database.temporaryPath(`upload-${randomUUID()}`);
  await pipeline(media, createWriteStream(path));
  return insertUploaded(context, request, parameter(request, 'project'), parseJson(metadata), path);
}

async function beginUpload(
  context: BigQueryContext,
  sessions: Map<string, UploadSession>,
  request: CloudRequest,
): Promise<CloudResponse> {
  const id = randomBytes(24).toString('hex');
  const path = context.database.temporaryPath(`upload-${id}`);
  await pipeline([], createWriteStream(path));
  sessions.set(id, {
    projectId: parameter(request, 'project'),
    body: await request.json(),
    path,
    owner: request.caller.email,
  });
  const location = new URL(`${request.url.origin}${request.rawPath}`);
  location.searchParams.set('uploadType', 'resumable');
  location.searchParams.set('upload_id', id);
  return { status: 200, headers: { location: location.href }, body: '' };
}

async function continueUpload(
  context: BigQueryContext,
  sessions: Map<string, UploadSession>,
  request: CloudRequest,
): Promise<CloudResponse> {
  const id = request.query.get('upload_id');
  if (!id) throw required('upload_id');
  const session = sessions.get(id);
  if (!session || session.owner !== request.caller.email)
    throw new CloudError(404, 'notFound', 'The upload session does not exist.');
  const received = (await stat(session.path)).size;
  const range = readContentRange(request.headers['content-range']);
  if (range.first !== undefined && range.first !== received)
    throw invalid(
      `The bytes from ${received} on were expected, but the request begins at ${range.first}.`,
    );
  if (range.first !== undefined)
    await pipeline(request.raw, createWriteStream(session.path, { flags: 'a' }));
  const size = (await stat(session.path)).size;
  const isComplete =
    range.total === undefined
      ? range.last === undefined && range.first !== undefined
      : size === range.total;
  if (!isComplete)
    return {
      status: 308,
      headers: { ...(size > 0 ? { range: `bytes=0-${size - 1}` } : {}) },
      body: '',
    };
  sessions.delete(id);
  return insertUploaded(context, request, session.projectId, session.body, session.path);
}

async function insertUploaded(
  context: BigQueryContext,
  request: CloudRequest,
  projectId: string,
  body: Json,
  path: string,
): Promise<CloudResponse> {
  const remove = (): Promise<void> => rm(path, { force: true });
  try {
    const { size: sizeBytes } = await stat(path);
    const started = await startJob(context, request.caller, projectId, body, { path, sizeBytes });
    if ('dryRun' in started) {
      await remove();
      return { json: started.dryRun };
    }
    void context.jobs.wait(started.job, 2 ** 31 - 1).finally(() => void remove());
    return { json: toJobResource(started.job) };
  } catch (error) {
    await remove();
    throw error;
  }
}

function parseJson(bytes: Buffer): Json {
  try {
    return JSON.parse(bytes.toString('utf8') || '{}') as Json;
  } catch {
    throw new CloudError(400, 'parseError', 'Parse Error: the job resource is not valid JSON.');
  }
}

/** `first` is absent in a status query; `last` and `total` where they are not known. */
function readContentRange(header: string | undefined): {
  first?: number;
  last?: number;
  total?: number;
} {
  if (header === undefined) return { first: 0 };
  const [, first, last, total] =
    /^bytes (?:(\d+)-(\d+|\*)|\*)\/(\d+|\*)$/.exec(header.trim()) ?? [];
  if (first === undefined && total === undefined)
    throw invalid(`Failed to parse Content-Range header: ${header.slice(0, 100)}`);
  return {
    ...(first === undefined ? {} : { first: Number(first) }),
    ...(last === undefined || last === '*' ? {} : { last: Number(last) }),
    ...(total === undefined || total === '*' ? {} : { total: Number(total) }),
  };
}
