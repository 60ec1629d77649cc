import { inflateRawSync } from 'node:zlib';

/** The values of one column of a workbook's first sheet, header included; reads the archive by its central directory. */
export function textsOfSheet(archive: Buffer, column: string): string[] {
  const sheet = entryOf(archive, 'xl/worksheets/sheet1.xml').toString('utf8');
  const cells = sheet.matchAll(
    /<c r="([A-Z]+)\d+"[^>]*>(?:<v>([^<]*)<\/v>|<is><t[^>]*>([^<]*)<\/t><\/is>)<\/c>/g,
  );
  return [...cells]
    .filter(([, letters]) => letters === column)
    .map(([, , value, text]) => value ?? text ?? '');
}

/** One file of a zip archive. */
export function entryOf(archive: Buffer, wanted: string): Buffer {
  const end = archive.lastIndexOf(Buffer.from('PK\u0005\u0006'));
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [size, nameLength, extraLength, commentLength, local] = [
      archive.readUInt32LE(at + 20),
      archive.readUInt16LE(at + 28),
      archive.readUInt16LE(at + 30),
      archive.readUInt16LE(at + 32),
      archive.readUInt32LE(at + 42),
    ] as const;
    if (archive.toString('utf8', at + 46, at + 46 + nameLength) === wanted) {
      const start =
        local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
      return inflateRawSync(archive.subarray(start, start + size));
    }
    at += 46 + nameLength + extraLength + commentLength;
  }
  throw new Error(`the archive has no ${wanted}`);
}
