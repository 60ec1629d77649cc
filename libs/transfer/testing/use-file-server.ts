import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileServer } from './file-server.js';

/** Gives each test a server of its own, and an empty folder to download into. */
export function useFileServer(begin: (server: FileServer, folder: string) => void): void {
  let server: FileServer;
  let folder: string;
  beforeEach(async () => {
    server = await FileServer.start();
    folder = mkdtempSync(join(tmpdir(), 'transfer-'));
    begin(server, folder);
  });
  afterEach(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
}
