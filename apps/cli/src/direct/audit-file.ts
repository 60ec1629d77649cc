import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type AuditEvent, type AuditSink } from '@outhaul/core';

/** Notes each decision as a line of a file that only this user may read. */
export class AuditFile implements AuditSink {
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly path: string) {}

  write(event: AuditEvent): Promise<void> {
    this.last = this.last.then(() => this.append(event));
    return this.last;
  }

  note(event: AuditEvent): void {
    // Whoever must wait for it calls `write`, which tells what went wrong.
    this.write(event).catch(() => undefined);
  }

  private async append(event: AuditEvent): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    await appendFile(this.path, `${JSON.stringify(event)}\n`, { mode: 0o600, flush: true });
  }
}
