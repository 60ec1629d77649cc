import { type TransferOptions } from './download-files.js';
import { showName } from './plan-names.js';
import { type LinkReason, type RemoteFile } from './remote-file.js';
import { asTransferError } from './transfer-error.js';

/** The link to one file: kept while it is good, and shared by all who read the file. */
export class FileLink {
  private url?: string | Promise<string>;
  /** The newest that was had. */
  private known?: string;

  constructor(
    private readonly file: RemoteFile,
    private readonly urlFor: TransferOptions['urlFor'],
  ) {}

  /** Waits only where a link has to be waited for. Throws, or rejects with, a TransferError. */
  get(why: LinkReason): string | Promise<string> {
    if (why === 'first' && this.url !== undefined) return this.url;
    try {
      const url = this.urlFor(this.file, why, this.known);
      return (this.url = typeof url === 'string' ? (this.known = url) : this.come(url));
    } catch (error) {
      return this.failed(error);
    }
  }

  private async come(url: Promise<string>): Promise<string> {
    try {
      return (this.known = await url);
    } catch (error) {
      return this.failed(error);
    }
  }

  private failed(error: unknown): never {
    this.url = undefined;
    throw asTransferError(error, `No link could be had for ${showName(this.file.name)}: `);
  }
}
