import { type FileMetadata } from '@google-cloud/storage';
import { type GoogleAuth } from 'google-auth-library';
import { authorizedFetch } from './authorized-fetch.js';
import { type Asked } from './translate-error.js';

/** Cloud Storage takes chunks of a multiple of 256 KiB. */
const chunkBytes = 8 << 20;

export interface Upload {
  readonly auth: GoogleAuth;
  readonly base: string;
  readonly bucket: string;
  readonly name: string;
  readonly contentType: string;
  readonly ifGeneration?: string;
}

/**
 * Writes an object by Cloud Storage's resumable protocol, one chunk in memory at a time. A chunk that is sent again after a
 * lost reply is taken as what it is: its place in the object is part of the request.
 */
export async function uploadStream(
  content: AsyncIterable<Uint8Array>,
  upload: Upload,
): Promise<FileMetadata> {
  const asked: Asked = {
    missing: 'bucket-not-found',
    resource: `gs://${upload.bucket}/${upload.name}`,
  };
  const session = await openSession(upload, asked);
  let at = 0;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  const send = async (isLast: boolean): Promise<Response> => {
    const body = Buffer.concat(held);
    const end = at + body.length;
    const range = body.length === 0 ? '*' : `${at}-${end - 1}`;
    const response = await authorizedFetch(
      upload.auth,
      session,
      {
        method: 'PUT',
        body,
        headers: { 'Content-Range': `bytes ${range}/${isLast ? end : '*'}` },
        redirect: 'manual',
      },
      asked,
    );
    at = end;
    held = [];
    heldBytes = 0;
    return response;
  };
  try {
    for await (let piece of content) {
      while (heldBytes + piece.length > chunkBytes) {
        const room = chunkBytes - heldBytes;
        held.push(piece.subarray(0, room));
        piece = piece.subarray(room);
        await send(false);
      }
      held.push(piece);
      heldBytes += piece.length;
    }
  } catch (error) {
    await authorizedFetch(upload.auth, session, { method: 'DELETE' }, asked).catch(() => undefined);
    throw error;
  }
  return (await (await send(true)).json()) as FileMetadata;
}

async function openSession(upload: Upload, asked: Asked): Promise<string> {
  const query = new URLSearchParams({ uploadType: 'resumable', name: upload.name });
  if (upload.ifGeneration !== undefined) query.set('ifGenerationMatch', upload.ifGeneration);
  const response = await authorizedFetch(
    upload.auth,
    `${upload.base}/upload/storage/v1/b/${encodeURIComponent(upload.bucket)}/o?${query}`,
    {
      method: 'POST',
      body: JSON.stringify({ contentType: upload.contentType, cacheControl: 'no-store' }),
      headers: {
        'Content-Type': 'application/json',
        'X-Upload-Content-Type': upload.contentType,
      },
    },
    asked,
  );
  return response.headers.get('location') ?? '';
}
