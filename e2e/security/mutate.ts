/** Numbers that a seed repeats (mulberry32), from 0 up to, not including, 1. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a length or count may be made: as large as its bytes can say. */
const huge = [
  Buffer.alloc(4, 0xff),
  Buffer.alloc(9, 0xff),
  Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]),
  Buffer.from([0xff, 0xff, 0xff, 0x7f]),
];
/** What is nested in what, in each of the formats. */
const nests = [Buffer.from([0x1c]), Buffer.from([0xf9, 0x80, 0x80, 0x80, 0x10]), Buffer.from('[')];

/** A good file with one to four faults: bits, ends, lengths, slices that come twice, and things nested in themselves. */
export function mutate(good: Buffer, random: () => number): Buffer {
  let bytes: Buffer = Buffer.from(good);
  const below = (most: number): number => Math.floor(random() * most);
  // Footers lie at the end and headers at the start: there the faults are worst.
  const place = (): number =>
    below(3) === 0
      ? below(bytes.length)
      : below(2) === 0
        ? below(Math.min(bytes.length, 400))
        : Math.max(0, bytes.length - 1 - below(2_000));
  const put = (at: number, what: Buffer, over: number): Buffer =>
    Buffer.concat([bytes.subarray(0, at), what, bytes.subarray(at + over)]);
  for (let faults = 1 + below(4); faults > 0; faults -= 1) {
    const at = place();
    const what = huge[below(huge.length)] as Buffer;
    const nest = nests[below(nests.length)] as Buffer;
    switch (below(6)) {
      case 0:
        if (at < bytes.length) bytes[at] = (bytes[at] as number) ^ (1 << below(8));
        break;
      case 1:
        bytes = bytes.subarray(0, at);
        break;
      case 2:
        bytes = put(at, what, what.length);
        break;
      case 3:
        bytes = put(at, bytes.subarray(at, at + below(300)), 0);
        break;
      case 4:
        bytes = put(at, Buffer.concat(Array<Buffer>(1 + below(20_000)).fill(nest)), 0);
        break;
      default:
        bytes = put(at, Buffer.alloc(0), below(64));
    }
  }
  return bytes;
}
