import { type RangeRequest } from './exchange.js';
import { TransferError } from './transfer-error.js';

/** The request as it goes over the wire. Throws a TransferError when a header would begin another line. */
export function requestText({ address, range, headers }: RangeRequest): string {
  const wanted = range ? `Range: bytes=${range.start}-${range.end - 1}\r\n` : '';
  const more = headers ? Object.entries(headers).map(asLine).join('') : '';
  return (
    `GET ${address.target} HTTP/1.1\r\nHost: ${address.server.host}\r\nUser-Agent: outhaul-transfer\r\n` +
    `Accept-Encoding: identity\r\nConnection: keep-alive\r\n${wanted}${more}\r\n`
  );
}

function asLine([name, value]: readonly [string, string]): string {
  if (/^[\t\x20-\x7e]*$/.test(value)) return `${name}: ${value}\r\n`;
  throw new TransferError('refused', 'A header of the request is not plain text.');
}
