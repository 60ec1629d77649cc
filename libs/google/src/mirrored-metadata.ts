/** Thrown for metadata that Outhaul has not written so. */
export class UnreadableMetadata extends Error {
  override readonly name = 'UnreadableMetadata';

  constructor(key: string) {
    super(`The metadata have no readable ${key}.`);
  }
}

/** An object's metadata as typed values. Throws `UnreadableMetadata`, or `URIError` for what cannot be decoded. */
export class MirroredMetadata {
  constructor(private readonly metadata: Readonly<Record<string, string>>) {}

  text(key: string): string | undefined {
    const text = Object.hasOwn(this.metadata, key) ? this.metadata[key] : undefined;
    return text?.includes('%') ? decodeURIComponent(text) : text;
  }

  required(key: string): string {
    return this.text(key) ?? fail(key);
  }

  /** A number that counts something. */
  count(key: string): number | undefined {
    const text = this.text(key);
    if (text === undefined) return undefined;
    return /^\d{1,16}$/.test(text) ? Number(text) : fail(key);
  }

  /** An instant in RFC 3339. */
  instant(key: string): string | undefined {
    const text = this.text(key);
    return text === undefined || !Number.isNaN(Date.parse(text)) ? text : fail(key);
  }

  oneOf<T extends string>(key: string, known: readonly T[]): T {
    const text = this.text(key);
    return known.find((each) => each === text) ?? fail(key);
  }
}

function fail(key: string): never {
  throw new UnreadableMetadata(key);
}
