import { pino } from 'pino';
import { type Log } from '../log.js';
import { gatheredLines } from './gathered-lines.js';
import { currentRequestId, currentSpan } from './request-context.js';
import { writeStandardOut } from './standard-out.js';

export interface LogSettings {
  readonly level: string;
  readonly projectId: string;
  readonly service: string;
  readonly version: string;
}

const severities: Record<string, string> = { warn: 'WARNING', fatal: 'CRITICAL' };
const errorLevel = 50;
const errorEvent =
  'type.googleapis.com/google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent';

/**
 * Logs as the JSON lines that Cloud Logging reads: severity, message, trace, labels; errors in the form that Error
 * Reporting groups. Nothing secret is passed in.
 */
export function makeLog(settings: LogSettings, write?: (line: string) => void): Log {
  const { level, projectId, service, version } = settings;
  return pino(
    {
      level,
      base: undefined,
      messageKey: 'message',
      formatters: {
        level: (label) => ({ severity: severities[label] ?? label.toUpperCase() }),
      },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      serializers: { err: describeError },
      mixin(fields: { event?: unknown; exportId?: unknown; err?: unknown }, lineLevel) {
        const span = currentSpan();
        const { event, exportId, err } = fields;
        return {
          requestId: currentRequestId(),
          'logging.googleapis.com/labels': {
            service,
            version,
            ...(typeof event === 'string' ? { event } : {}),
            ...(typeof exportId === 'string' ? { export_id: exportId } : {}),
          },
          ...(span
            ? {
                'logging.googleapis.com/trace': `projects/${projectId}/traces/${span.traceId}`,
                'logging.googleapis.com/spanId': span.spanId,
                'logging.googleapis.com/trace_sampled': (span.traceFlags & 1) === 1,
              }
            : {}),
          ...(lineLevel >= errorLevel
            ? {
                '@type': errorEvent,
                serviceContext: { service, version },
                stack_trace: err instanceof Error ? err.stack : undefined,
              }
            : {}),
        };
      },
    },
    write ? { write } : gatheredLines(writeStandardOut),
  );
}

/** An error and its causes, without the fields that other libraries hang on errors (requests, headers, tokens). */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    code: typeof code === 'string' || typeof code === 'number' ? code : undefined,
    stack: error.stack,
    cause:
      error.cause === undefined || depth > 3 ? undefined : describeError(error.cause, depth + 1),
  };
}
