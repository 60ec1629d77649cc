import { type DownloadFile } from '@outhaul/api-client';

/**
 * The links to an export's files, which end after a while: all are renewed by one listing, however many files ask for
 * theirs.
 */
export class ExportLinks {
  private listed?: ReadonlyMap<string, DownloadFile>;
  private listing?: Promise<ReadonlyMap<string, DownloadFile>>;

  constructor(private readonly list: () => Promise<readonly DownloadFile[]>) {}

  /** The newest link that is known. */
  first(file: DownloadFile): string | undefined {
    return this.listed ? this.listed.get(file.name)?.url : file.url;
  }

  /** Another link than the `old` one, which is good no more. */
  async fresh({ name }: DownloadFile, old: string | undefined): Promise<string | undefined> {
    const known = this.listed?.get(name)?.url;
    return known === undefined || known === old ? (await this.now(name))?.url : known;
  }

  /** The file as it is listed now. */
  async now(name: string): Promise<DownloadFile | undefined> {
    this.listing ??= this.listAgain();
    return (await this.listing).get(name);
  }

  private async listAgain(): Promise<ReadonlyMap<string, DownloadFile>> {
    try {
      const files = await this.list();
      return (this.listed = new Map(files.map((file) => [file.name, file])));
    } finally {
      this.listing = undefined;
    }
  }
}
