import { TransferError } from './transfer-error.js';

/** A file's address, apart as a request needs it. */
export interface FileAddress {
  /** Where the server is; files that follow each other from the same one share this very object. */
  readonly server: URL;
  /** Path and query. */
  readonly target: string;
}

/** What a URL parser leaves as it is: no odd character, no part that begins with a dot (it may lead upwards), no empty query. */
const plainTarget = /^(?:\/(?!\.|%2e)[\w\-.~%:@!$&()*+,;=]*)+(?:\?[\w\-./~%:@!$&()*+,;=?]+)?$/i;

let server: URL | undefined;

/** Takes an address apart; of thousands of one server, only the first needs the whole parser. Throws a TransferError. */
export function fileAddress(text: string): FileAddress {
  if (server && text.startsWith(server.href)) {
    const target = text.slice(server.href.length - 1);
    if (plainTarget.test(target)) return { server, target };
  }
  const url = parseUrl(text);
  const found = new URL(url.origin);
  if (found.href !== server?.href) server = found;
  return { server: server ?? found, target: url.pathname + url.search };
}

function parseUrl(text: string): URL {
  try {
    const parsed = new URL(text);
    if (parsed.protocol === 'http:' || parsed.protocol === 'https:') return parsed;
  } catch {
    // Said below: the address itself is a secret and is not repeated.
  }
  throw new TransferError('refused', 'The server gave an address that is none.');
}
