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

  /** Waits only where a link has to be waited for. Throws, or rejects with, a TransferError. */
  get(why: LinkReason): string | Promise<string> {
    if (why === 'first' && this.url !== undefined) return this.url;
    const failed = (error: unknown): never => {
      this.url = undefined;
      throw asTransferError(error, `No link could be had for ${showName(this.file.name)}: `);
    };
    try {
      const url = this.urlFor(this.file, why);
      return (this.url = typeof url === 'string' ? url : url.catch(failed));
    } catch (error) {
      return failed(error);
    }
  }
}
