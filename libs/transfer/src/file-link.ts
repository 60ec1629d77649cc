import { type TransferOptions } from './download-files.js';
import { showName } from './plan-names.js';
import { type LinkReason, type RemoteFile } from './remote-file.js';
import { asTransferError } from './transfer-error.js';

/** The link to one file: kept while it is good, and shared by all who read the file. */
export class FileLink {
  private url?: string | Promise<string>;

  constructor(
    private readonly file: RemoteFile,
    private readonly urlFor: TransferOptions['urlFor'],
  ) {}

  /**
   * Waits only where a link has to be waited for. One that was `refused` is renewed once, however many were refused with
   * it. Throws, or rejects with, a TransferError.
   */
  get(why: LinkReason, refused?: string): string | Promise<string> {
    if (this.url !== undefined && (why === 'first' || this.url !== refused)) return this.url;
    try {
      const url = this.urlFor(this.file, why, refused);
      return (this.url = typeof url === 'string' ? url : this.come(url));
    } catch (error) {
      return this.failed(error);
    }
  }

  private async come(url: Promise<string>): Promise<string> {
    try {
      return (this.url = await url);
    } catch (error) {
      return this.failed(error);
    }
  }

  private failed(error: unknown): never {
    this.url = undefined;
    throw asTransferError(error, `No link could be had for ${showName(this.file.name)}: `);
  }
}
