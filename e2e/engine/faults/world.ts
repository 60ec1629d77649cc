import { type Caller, type Exporter, makeExporter, permissions } from '@outhaul/core';
import {
  callerAuth,
  GoogleExportSetStore,
  GoogleFileStore,
  GoogleRecordStore,
  GoogleWarehouse,
  nodeSurroundings,
  serviceAuth,
} from '@outhaul/google';
import { FaultProxy, type Verdict } from './fault-proxy';
import {
  aimName,
  type Fault,
  kindsAnywhere,
  type Phase,
  type Place,
  type Schedule,
} from './schedule';

export const project = 'outhaul-local';
export const filesBucket = 'outhaul-local-files';
const recordsBucket = 'outhaul-local-records';
const owner = 'owner@example.com';

/** One running instance of the service. */
export interface Instance {
  readonly exporter: Exporter;
  readonly dead: Promise<'dead'>;
  isDead(): boolean;
  /** The owner, with the token that they have now. */
  caller(): Caller;
}

/** The instances of one schedule, the faults that meet them, and a clock that can be moved. */
export class World {
  #seen = 0;
  #storm = 0;
  #tokens = 1;
  #expired = 0;
  #pending: Fault[];
  /** Requests of each phase so far. */
  readonly #seenOf = new Map<string, number>();
  readonly #proxies: FaultProxy[] = [];
  #skewMs = 0;
  readonly #recordsEachStep: boolean;
  /** What has happened, for the report of a schedule that failed. */
  readonly story: string[] = [];
  callsWithoutOwner = 0;
  losesShard = false;
  /** What the export is at, as far as it has been told. */
  phase: Phase = 'start';
  /** The faults that have met it, by what, where and when. */
  readonly met = new Set<string>();

  constructor(
    private readonly cloudUrl: string,
    private readonly keyFile: string,
    schedule: Schedule,
  ) {
    this.#pending = [...schedule.faults];
    this.#recordsEachStep = schedule.recordsEachStep;
  }

  get requests(): number {
    return this.#seen;
  }

  /** Time passes at once: whoever waits for a later try need not wait here. */
  passTime(ms: number): void {
    this.#skewMs += ms;
  }

  /** The owner signs in again. */
  renewToken(): void {
    this.#tokens += 1;
  }

  get isOwnerExpired(): boolean {
    return this.#expired >= this.#tokens;
  }

  async newInstance(): Promise<Instance> {
    let died: (value: 'dead') => void = () => undefined;
    const dead = new Promise<'dead'>((resolve) => (died = resolve));
    const kill = () => {
      proxy.cut();
      died('dead');
    };
    let killsAfterReply = false;
    const proxy: FaultProxy = await FaultProxy.start(
      this.cloudUrl,
      {
        judge: (request) => {
          const verdict = this.#judge(request);
          if (verdict === 'kill-before') {
            kill();
            return { kind: 'drop' };
          }
          killsAfterReply = verdict === 'kill-after';
          return verdict === 'kill-after' ? { kind: 'lost-reply' } : verdict;
        },
      },
      () => {
        if (killsAfterReply) kill();
      },
    );
    this.#proxies.push(proxy);
    const endpoints = { bigquery: proxy.url, storage: proxy.url };
    const auth = serviceAuth(this.keyFile);
    const exporter = makeExporter({
      records: new GoogleRecordStore(auth, project, recordsBucket, endpoints),
      sets: new GoogleExportSetStore(auth, project, recordsBucket, endpoints),
      files: new GoogleFileStore(auth, project, endpoints),
      service: new GoogleWarehouse(auth, project, endpoints),
      serviceProject: project,
      surroundings: { ...nodeSurroundings, nowMs: () => this.#nowMs() },
      settings: {
        defaultProject: project,
        filesBuckets: [filesBucket],
        pricePerTib: 6.25,
        currency: 'USD',
        urlLifetimeMs: 60_000,
      },
      audit: { write: async () => undefined, note: () => undefined },
      onFault: (error) => this.story.push(`fault: ${error}`),
    });
    return {
      exporter,
      dead,
      isDead: () => proxy.isCut,
      caller: () => ({
        email: owner,
        permissions: new Set(permissions),
        warehouse: new GoogleWarehouse(callerAuth(`owner-${this.#tokens}`), project, endpoints),
      }),
    };
  }

  #nowMs(): number {
    // BigQuery reads no table at an instant that is still to come: a start is made by the true time.
    if (this.#recordsEachStep && this.phase !== 'start') this.#skewMs += 1_000;
    return Date.now() + this.#skewMs;
  }

  /** Cuts off whoever is left. */
  end(): void {
    for (const proxy of this.#proxies) proxy.close();
  }

  #judge({
    method,
    url,
    token,
  }: {
    method: string;
    url: string;
    token?: string;
  }): Verdict | 'kill-before' | 'kill-after' {
    this.#seen += 1;
    const at = this.#seen;
    const expired = /^owner-(\d+)$/.exec(token ?? '')?.[1];
    const place = placeOf(method, url);
    this.phase = phaseOf(url) ?? this.phase;
    const key = `${place} ${this.phase}`;
    const ofPhase = this.#seenOf.get(key) ?? 0;
    this.#seenOf.set(key, ofPhase + 1);
    const fault = this.#pending.find(({ when }) =>
      'at' in when
        ? at >= when.at
        : when.phase === this.phase && when.place === place && ofPhase >= when.skip,
    );
    if (fault) {
      this.#pending = this.#pending.filter((each) => each !== fault);
      this.story.push(`${at} ${fault.kind} in ${this.phase} at ${method} ${url.slice(0, 160)}`);
      const kind = kindsAnywhere.find((each) => each === fault.kind);
      if (kind) this.met.add(aimName({ phase: this.phase, place, kind }));
      switch (fault.kind) {
        case 'storm':
          this.#storm = fault.requests;
          break;
        case 'expire':
          this.#expired = this.#tokens;
          this.callsWithoutOwner = fault.callsWithout;
          break;
        case 'shard-lost':
          this.losesShard = true;
          break;
        case 'stall':
          return { kind: 'hold', ms: fault.ms };
        case 'kill-before':
        case 'kill-after':
          return fault.kind;
        default:
          return { kind: fault.kind };
      }
    }
    if (expired !== undefined && Number(expired) <= this.#expired)
      return {
        kind: 'answer',
        status: 401,
        body: googleError(401, 'authError', 'Invalid Credentials'),
      };
    if (this.#storm > 0) {
      this.#storm -= 1;
      return {
        kind: 'answer',
        status: 503,
        body: googleError(503, 'backendError', 'Backend Error'),
      };
    }
    return { kind: 'pass' };
  }
}

/** Writing the record is what ends a step, or begins one. */
const placeOf = (method: string, url: string): Place =>
  method === 'POST' && url.includes(`/b/${recordsBucket}/o`) && url.includes('name=exports%2F')
    ? 'boundary'
    : 'middle';

/** Several steps may be done before one is put on record: what a request is for tells which one is under way. */
const phaseOf = (url: string): Phase | undefined =>
  tellTales.find(([pattern]) => pattern.test(url))?.[1];

const tellTales: readonly (readonly [RegExp, Phase])[] = [
  [/_verify_\d+/, 'verify'],
  [/\/compose\?|parts%2F(?:header|joined)/, 'compose'],
  [/\.xlsx/, 'convert'],
  [/schema\.json|create-table\.sql|checksums\.crc32c|manifest\.json/, 'seal'],
];

const googleError = (code: number, reason: string, message: string) => ({
  error: { code, message, errors: [{ reason, message, domain: 'global' }] },
});
