import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What no process may write down, in the forms that it has here; the prefix of tokens is Google's and the local cloud's. */
const forms: Readonly<Record<string, RegExp>> = {
  'an access token': /ya29\.[\w.-]{20,}/,
  'an identity token': /eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/,
  'a sealed cookie': /Fe26\.2\*/,
  'a signed URL': /X-Goog-Signature=[0-9a-f]{32}/i,
};

/** Throws when a text holds what must not be written down; `where` says whose text it is. The secret itself is not told. */
export function refuseLeaks(where: string, text: string): void {
  const found = Object.entries(forms).flatMap(([what, form]) => {
    const at = text.search(form);
    return at < 0 ? [] : [`${what} after ${JSON.stringify(text.slice(Math.max(0, at - 120), at))}`];
  });
  if (found.length > 0) throw new Error(`${where} holds ${found.join('; ')}`);
}

/** The same for every object, its name and metadata, that a local cloud has kept below its data folder. */
export function refuseLeaksBelow(dataDir: string): void {
  const folder = join(dataDir, 'storage');
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    refuseLeaks(file.slice(folder.length), readFileSync(file, 'latin1'));
  }
}
