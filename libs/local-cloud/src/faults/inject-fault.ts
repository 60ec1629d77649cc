import { setTimeout as wait } from 'node:timers/promises';
import { CloudError } from '../http/cloud-error.js';
import { type Interceptor } from '../http/cloud-server.js';
import { type CloudRequest, type CloudResponse } from '../http/route.js';
import { type ArmedFaults } from './armed-faults.js';
import { type Fault, parseFaultHeader } from './fault.js';
import { corruptAt, loseReply, resetAfter, resetSocket, throttle } from './harm-response.js';

/** Lets calls meet the armed faults, or the one that their own header asks for. The local cloud's own calls are spared. */
export const injectFault =
  (faults: ArmedFaults): Interceptor =>
  async (request, route, handle) => {
    if (route.service === 'admin') return handle();
    const header = request.headers['x-local-fault'];
    const fault =
      typeof header === 'string'
        ? parseFaultHeader(header)
        : faults.take({ ...route, path: decoded(request.rawPath) });
    return fault ? meet(fault, request, handle) : handle();
  };

async function meet(
  fault: Fault,
  request: CloudRequest,
  handle: () => Promise<CloudResponse | undefined>,
): Promise<CloudResponse | undefined> {
  const { response, raw } = request;
  switch (fault.kind) {
    case 'status':
      throw refusal(fault);
    case 'dropRequest':
      resetSocket(raw.socket);
      return undefined;
    case 'lostReply':
      loseReply(response);
      break;
    case 'reset':
      resetAfter(response, fault.afterBytes);
      break;
    case 'corrupt':
      corruptAt(response, fault.atByte);
      break;
    case 'slow':
      await wait(fault.delayMs);
      if (fault.bytesPerSecond > 0) throttle(response, fault.bytesPerSecond);
      break;
    case 'duplicate':
      break;
  }
  return handle();
}

const reasons: Readonly<Record<number, string>> = {
  401: 'authError',
  403: 'forbidden',
  404: 'notFound',
  408: 'requestTimeout',
  409: 'conflict',
  412: 'conditionNotMet',
  429: 'rateLimitExceeded',
  500: 'internalError',
  502: 'badGateway',
  503: 'backendError',
  504: 'gatewayTimeout',
};

const refusal = (fault: Fault & { kind: 'status' }): CloudError =>
  new CloudError(
    fault.status,
    fault.reason ?? reasons[fault.status] ?? 'backendError',
    'A fault of the local cloud, on request.',
    fault.retryAfterSeconds === undefined
      ? {}
      : { headers: { 'retry-after': String(fault.retryAfterSeconds) } },
  );

function decoded(rawPath: string): string {
  try {
    return decodeURIComponent(rawPath);
  } catch {
    return rawPath;
  }
}
