import { Readable } from 'node:stream';
import { CloudError } from './cloud-error.js';

export const maxJsonBytes = 10 * 1024 * 1024;

/** Reads a whole body of at most `maxBytes`; 413 beyond that. */
export async function readBody(stream: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // What is too much stays unread in the stream, so that the refusal can still be answered on the connection.
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > maxBytes)
      throw new CloudError(413, 'uploadTooLarge', `The body may have at most ${maxBytes} bytes.`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks, size);
}

/**
 * The chunks of a body as they come. Who stops early leaves the rest unread in it: an iteration of the stream itself would
 * destroy the connection, and no refusal could be answered.
 */
export const chunksOf = (body: AsyncIterable<Buffer>): AsyncIterable<Buffer> =>
  body instanceof Readable ? body.iterator({ destroyOnReturn: false }) : body;

/** Parses a JSON object; an empty text is `{}`. 400 `parseError` for anything else. */
export function parseJsonObject(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new CloudError(400, 'parseError', 'Parse Error');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CloudError(400, 'parseError', 'The body must be a JSON object.');
  return value as Record<string, unknown>;
}
