/** The public half of a signing key. */
export interface PublicSigningKey {
  /** SHA-256 of the key in DER (SubjectPublicKeyInfo), as `sha256:` and hex: the same wherever the key is kept. */
  readonly keyId: string;
  /** SubjectPublicKeyInfo in PEM, as `openssl pkey -pubin` reads it. */
  readonly pem: string;
}

/** Signs with one Ed25519 key. */
export interface Signer {
  publicKey(): Promise<PublicSigningKey>;
  /** The 64 bytes of the signature; the same bytes and key always give the same. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}
