import { type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';

type Write = (chunk: Buffer, last: boolean) => void;

/** Resets the connection after this much of the body has been sent. */
export function resetAfter(response: ServerResponse, bytes: number): void {
  let left = bytes;
  const original = response.write.bind(response);
  const reset = (): void => resetSocket(response.socket);
  takeOver(response, (chunk, isLast) => {
    if (left < 0) return;
    const sent = chunk.subarray(0, left);
    const isOver = isLast || chunk.length >= left;
    left = isOver ? -1 : left - sent.length;
    if (sent.length === 0 && isOver) response.flushHeaders();
    if (sent.length > 0) original(sent, isOver ? () => setImmediate(reset) : undefined);
    else if (isOver) setImmediate(reset);
  });
}

/** Lets the work end, then resets the connection before the first byte of the answer. */
export function loseReply(response: ServerResponse): void {
  response.writeHead = (() => response) as ServerResponse['writeHead'];
  takeOver(response, () => resetSocket(response.socket));
}

/** Flips one byte of the body. */
export function corruptAt(response: ServerResponse, atByte: number): void {
  let position = 0;
  const write = response.write.bind(response);
  const end = response.end.bind(response);
  takeOver(response, (chunk, isLast) => {
    const index = atByte - position;
    position += chunk.length;
    const harmed = Buffer.from(chunk);
    if (index >= 0 && index < chunk.length) harmed[index] = ~(chunk[index] ?? 0) & 0xff;
    if (harmed.length > 0) write(harmed);
    if (isLast) end();
  });
}

/** Pieces of a slowed body are sent this often. */
const pieceMs = 50;

/** Sends the body at a limited pace. */
export function throttle(response: ServerResponse, bytesPerSecond: number): void {
  const write = response.write.bind(response);
  const end = response.end.bind(response);
  const pieceBytes = Math.max(1, Math.round((bytesPerSecond * pieceMs) / 1000));
  let queue = Buffer.alloc(0);
  let isEnding = false;
  const timer = setInterval(() => {
    const piece = queue.subarray(0, pieceBytes);
    queue = queue.subarray(pieceBytes);
    if (piece.length > 0) write(piece);
    if (queue.length > 0) return;
    if (isEnding) {
      clearInterval(timer);
      end();
    } else response.emit('drain');
  }, pieceMs);
  response.once('close', () => clearInterval(timer));
  takeOver(
    response,
    (chunk, isLast) => {
      queue = Buffer.concat([queue, chunk]);
      isEnding ||= isLast;
    },
    () => queue.length === 0,
  );
}

/** Ends a connection with a TCP reset where there is one, so that the client sees ECONNRESET and no tidy end. */
export function resetSocket(socket: (Socket & { resetAndDestroy?: () => unknown }) | null): void {
  if (!socket || socket.destroyed) return;
  // Sockets inside TLS cannot be reset by themselves.
  try {
    socket.resetAndDestroy();
  } catch {
    socket.destroy();
  }
}

/** Every byte of the body goes through `write` from now on; `hasRoom` is what writers are told. */
function takeOver(response: ServerResponse, write: Write, hasRoom = (): boolean => true): void {
  response.write = ((chunk: Buffer | string) => {
    write(Buffer.from(chunk), false);
    return hasRoom();
  }) as ServerResponse['write'];
  response.end = ((chunk?: Buffer | string) => {
    write(Buffer.from(chunk ?? ''), true);
    return response;
  }) as ServerResponse['end'];
}
