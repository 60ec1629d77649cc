import { inject, Injectable, type Signal, signal, type WritableSignal } from '@angular/core';
import { type Dataset, type TableSummary } from '@outhaul/api-client';
import { OuthaulApi } from '../api/outhaul-api';

/** A list that is being read page by page. */
export interface Listing<T> {
  readonly items: readonly T[];
  readonly isComplete: boolean;
  readonly error?: unknown;
}

const nothingYet = { items: [], isComplete: false };

/** The datasets and their tables as far as they have been read; read once, shown at once, page by page. */
@Injectable({ providedIn: 'root' })
export class CatalogIndex {
  private readonly api = inject(OuthaulApi);
  private readonly known = new Map<string, WritableSignal<Listing<TableSummary>>>();
  private datasetList: WritableSignal<Listing<Dataset>> | undefined;

  datasets(): Signal<Listing<Dataset>> {
    if (!this.datasetList) {
      this.datasetList = signal<Listing<Dataset>>(nothingYet);
      void fill(this.datasetList, (token) => this.api.datasets(token));
    }
    return this.datasetList;
  }

  tables(dataset: string): Signal<Listing<TableSummary>> {
    let list = this.known.get(dataset);
    if (!list) {
      list = signal<Listing<TableSummary>>(nothingYet);
      this.known.set(dataset, list);
      void fill(list, (token) => this.api.tables(dataset, token));
    }
    return list;
  }

  /** Forgets everything, so that it is read anew. */
  forget(): void {
    this.datasetList = undefined;
    this.known.clear();
  }
}

interface OnePage<T> {
  readonly items: readonly T[];
  readonly nextPageToken?: string;
}

async function fill<T>(
  list: WritableSignal<Listing<T>>,
  read: (token: string | undefined) => Promise<OnePage<T>>,
): Promise<void> {
  const items: T[] = [];
  let token: string | undefined;
  try {
    do {
      const page = await read(token);
      items.push(...page.items);
      token = page.nextPageToken;
      list.set({ items: [...items], isComplete: token === undefined });
    } while (token !== undefined);
  } catch (error) {
    list.set({ items, isComplete: true, error });
  }
}
