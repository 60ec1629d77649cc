import { type Adapter, type AdapterPayload } from 'oidc-provider';
import { Journal } from '../storage/journal.js';

interface StoredEntry {
  readonly key: string;
  /** Absent = removed. */
  readonly payload?: AdapterPayload;
  readonly expiresAtMs?: number;
}

/** Grants, sessions and tokens of the OpenID provider; they survive a restart. */
export class OpenIdStore {
  readonly #entries = new Map<string, StoredEntry>();
  #journal!: Journal<StoredEntry>;

  static async open(path: string): Promise<OpenIdStore> {
    const store = new OpenIdStore();
    store.#journal = await Journal.open<StoredEntry>(path, (entry) => store.#apply(entry));
    await store.#journal.rewrite([...store.#entries.values()].filter(isCurrent));
    return store;
  }

  /** The provider's window on one kind of thing (`Session`, `AccessToken`, …). */
  adapter(model: string): Adapter {
    return {
      upsert: (id, payload, expiresIn) =>
        this.#write({
          key: `${model}:${id}`,
          payload,
          ...(expiresIn ? { expiresAtMs: Date.now() + expiresIn * 1000 } : {}),
        }),
      find: async (id) => this.find(model, id),
      findByUserCode: async (userCode) => this.#findBy(model, 'userCode', userCode),
      findByUid: async (uid) => this.#findBy(model, 'uid', uid),
      consume: async (id) => {
        const entry = this.#entries.get(`${model}:${id}`);
        if (entry?.payload)
          await this.#write({
            ...entry,
            payload: { ...entry.payload, consumed: Math.floor(Date.now() / 1000) },
          });
      },
      destroy: (id) => this.#write({ key: `${model}:${id}` }),
      revokeByGrantId: async (grantId) => {
        for (const { key, payload } of [...this.#entries.values()])
          if (payload?.grantId === grantId) await this.#write({ key });
      },
    };
  }

  find(model: string, id: string): AdapterPayload | undefined {
    const entry = this.#entries.get(`${model}:${id}`);
    return entry && isCurrent(entry) ? entry.payload : undefined;
  }

  /** Takes back all that a person has given to a client: every grant and its tokens. */
  async forgetClient(accountId: string, clientId: string): Promise<void> {
    for (const { key, payload } of [...this.#entries.values()])
      if (payload?.accountId === accountId && payload.clientId === clientId)
        await this.#write({ key });
  }

  close(): Promise<void> {
    return this.#journal.close();
  }

  #findBy(model: string, field: 'uid' | 'userCode', value: string): AdapterPayload | undefined {
    for (const entry of this.#entries.values())
      if (entry.key.startsWith(`${model}:`) && entry.payload?.[field] === value && isCurrent(entry))
        return entry.payload;
    return undefined;
  }

  async #write(entry: StoredEntry): Promise<void> {
    this.#apply(entry);
    await this.#journal.append(entry);
  }

  #apply(entry: StoredEntry): void {
    if (entry.payload) this.#entries.set(entry.key, entry);
    else this.#entries.delete(entry.key);
  }
}

const isCurrent = ({ expiresAtMs }: StoredEntry): boolean =>
  expiresAtMs === undefined || expiresAtMs > Date.now();
