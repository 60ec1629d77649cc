import { createHash } from 'node:crypto';
import { type Session } from './session.js';

const mostEnded = 100_000;

/**
 * Sessions that people have signed out of, so that a copy of their cookie is worth nothing in this process. The tokens
 * of the sign-in stay good: at Google, revoking one ends every sign-in of its person.
 */
export class EndedSessions {
  private readonly ended = new Set<string>();

  add(session: Session): void {
    this.ended.add(keyOf(session));
    for (const oldest of this.ended) {
      if (this.ended.size <= mostEnded) return;
      this.ended.delete(oldest);
    }
  }

  has(session: Session): boolean {
    return this.ended.has(keyOf(session));
  }
}

/** Renewed tokens make a new cookie, and no new session. */
const keyOf = ({ email, signedInAt }: Session): string =>
  createHash('sha256').update(`${signedInAt} ${email}`).digest('base64');
