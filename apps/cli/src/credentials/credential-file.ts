import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommandFailure, exitCodes } from '../exit-codes.js';

/** A sign-in that is kept for one service. */
export interface KeptSignIn {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly email: string;
  readonly accessToken: string;
  /** Epoch ms. */
  readonly accessEndsAt: number;
  readonly refreshToken?: string;
  /** Says who signed in, to a door before the service; it ends together with the access token. */
  readonly idToken?: string;
}

type Kept = Readonly<Record<string, KeptSignIn>>;

/** The sign-ins of this user by the service's address, in a file that only they may read. */
export class CredentialFile {
  constructor(readonly path: string) {}

  read(server: string): KeptSignIn | undefined {
    const all = this.readAll();
    return Object.hasOwn(all, server) ? all[server] : undefined;
  }

  write(server: string, signIn: KeptSignIn): void {
    this.writeAll({ ...this.readAll(), [server]: signIn });
  }

  remove(server: string): void {
    const { [server]: _gone, ...rest } = this.readAll();
    this.writeAll(rest);
  }

  private readAll(): Kept {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
      throw error;
    }
    try {
      return JSON.parse(text) as Kept;
    } catch {
      throw new CommandFailure(
        exitCodes.failure,
        `${this.path} cannot be read.`,
        'Remove it and sign in again: outhaul login',
      );
    }
  }

  private writeAll(all: Kept): void {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const fresh = `${this.path}.${process.pid}`;
    writeFileSync(fresh, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
    // An older file of the same name would have kept its own mode.
    chmodSync(fresh, 0o600);
    renameSync(fresh, this.path);
  }
}
