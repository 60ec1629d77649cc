import {
  type Context,
  context,
  createContextKey,
  isSpanContextValid,
  ROOT_CONTEXT,
  type SpanContext,
  trace,
  TraceFlags,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';

const requestIdKey = createContextKey('request id');

/** Lets what runs on behalf of a request or an export know which; set up once per process. */
export function enableContext(): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
}

/** The context that a caller's `traceparent` names; an absent or malformed one starts a new trace. */
export function contextOfTraceparent(header: string | undefined): Context {
  const [, traceId, spanId, flags] =
    /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/.exec(header ?? '') ?? [];
  const span = {
    traceId: traceId ?? '',
    spanId: spanId ?? '',
    traceFlags: Number.parseInt(flags ?? '0', 16) & TraceFlags.SAMPLED,
    isRemote: true,
  };
  if (!isSpanContextValid(span) || header?.startsWith('ff')) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, span);
}

/** The W3C header that tells the next service of this span. */
export const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${(traceFlags & TraceFlags.SAMPLED).toString().padStart(2, '0')}`;

/** The id of the request that the running code answers, if it answers one. */
export const currentRequestId = (): string | undefined =>
  context.active().getValue(requestIdKey) as string | undefined;

/** Trace and span of the running code. */
export const currentSpan = (): SpanContext | undefined =>
  trace.getSpanContext(context.active()) ?? undefined;

/** A context that also tells which request is answered in it. */
export const withRequestId = (scope: Context, requestId: string): Context =>
  scope.setValue(requestIdKey, requestId);

/** Runs what an export needs under the trace of the request that began it, whoever calls. */
export function runAsExport<T>(traceId: string | undefined, work: () => T): T {
  if (traceId === undefined) return context.with(ROOT_CONTEXT, work);
  return context.with(
    trace.setSpanContext(ROOT_CONTEXT, {
      traceId,
      spanId: traceId.slice(0, 16),
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
    }),
    work,
  );
}
