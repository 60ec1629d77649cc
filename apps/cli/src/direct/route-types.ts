import { type paths } from '@outhaul/api-client';
import { type Caller, type Exporter, type Warehouse } from '@outhaul/core';

/** What is asked, as the API's client writes it. */
export interface DirectCall {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
  readonly idempotencyKey?: string;
}

/** Whoever runs the command, with what they work on. */
export interface Own {
  readonly project: string;
  readonly pollMs: number;
  readonly warehouse: Warehouse;
  /** Throws when no bucket is named, or Google does not say who they are. */
  exports(): Promise<{ readonly exporter: Exporter; readonly caller: Caller }>;
}

type Method = 'get' | 'post' | 'delete';

/** Every operation of the API, as `GET /api/v1/datasets`. */
export type RouteName = {
  [P in keyof paths]: {
    [M in Method]: paths[P][M] extends object ? `${Uppercase<M>} ${P}` : never;
  }[Method];
}[keyof paths];

type OperationOf<R extends RouteName> = R extends `${infer M} ${infer P extends keyof paths}`
  ? paths[P][Lowercase<M> & Method]
  : never;

type Told<T> = T extends (infer E)[]
  ? readonly Told<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Told<T[K]> }
    : T;

type AnswerOf<O> = O extends { responses: infer S }
  ? {
      [C in keyof S]: C extends 200 | 202 | 204
        ? S[C] extends { content: { 'application/json': infer T } }
          ? Told<T>
          : undefined
        : never;
    }[keyof S]
  : never;

export type Route<A> = (own: Own, call: DirectCall) => Promise<A>;

/** An answer to every operation of the API: what the service answers, a stream of it, or why there is none. */
export type DirectRoutes = {
  readonly [R in RouteName]: Route<AnswerOf<OperationOf<R>> | Response> | NeedsService;
};

/** Something that there is at a service only. */
export class NeedsService extends Error {
  override readonly name = 'NeedsService';
  constructor(
    message: string,
    readonly fix: string,
  ) {
    super(message);
  }
}
