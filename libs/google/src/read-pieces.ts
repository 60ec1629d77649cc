import { isAppError } from '@outhaul/core';

/** Each request asks for this much, so that none of them lasts long. */
const pieceBytes = 16 << 20;
const mostBreaks = 5;

/**
 * Reads an object by one ranged request after the other; `ask` answers the bytes from start up to, not including, end.
 * After a break in a body it goes on at the byte where it broke.
 */
export async function* readPieces(
  ask: (start: number, end: number) => Promise<Response>,
  { start, end }: { readonly start: number; readonly end?: number } = { start: 0 },
): AsyncGenerator<Uint8Array> {
  let at = start;
  let breaks = 0;
  for (let last = end; last === undefined || at < last;) {
    const response = await unlessEmpty(ask(at, Math.min(at + pieceBytes, last ?? Infinity)));
    if (!response) return;
    last ??= totalOf(response);
    try {
      for await (const bytes of response.body ?? []) {
        at += bytes.length;
        breaks = 0;
        yield bytes;
      }
    } catch (error) {
      breaks += 1;
      if (breaks > mostBreaks) throw error;
    }
  }
}

/** No range of an empty object can be had: Cloud Storage answers 416. */
async function unlessEmpty(asked: Promise<Response>): Promise<Response | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isAppError(error, 'request-invalid') && (error.cause as { code?: number })?.code === 416)
      return undefined;
    throw error;
  }
}

/** `bytes 0-9/1234` */
const totalOf = (response: Response): number =>
  Number(/\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1] ?? 0);
