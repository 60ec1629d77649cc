/** The raw Snappy format (no framing). The package brings no types of its own. */
declare module 'snappyjs' {
  export function compress(plain: Buffer): Buffer;
  /** Throws when the data are damaged or hold more than `maxLength` bytes. */
  export function uncompress(compressed: Buffer, maxLength?: number): Buffer;
}
