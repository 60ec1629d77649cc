import { CloudError } from '../http/cloud-error.js';
import { type Route } from '../http/route.js';
import { type ArmedFaults } from './armed-faults.js';
import { parseFaultPlan } from './fault.js';

/** `/_local/faults`: arm, list, disarm. */
export function faultRoutes(faults: ArmedFaults): Route[] {
  const service = 'admin' as const;
  return [
    {
      service,
      method: 'POST',
      path: '/_local/faults',
      operation: 'local.faults.arm',
      handler: async (request) => ({ json: faults.arm(parseFaultPlan(await request.json())) }),
    },
    {
      service,
      method: 'GET',
      path: '/_local/faults',
      operation: 'local.faults.list',
      handler: () => ({ json: { faults: faults.list() } }),
    },
    {
      service,
      method: 'DELETE',
      path: '/_local/faults',
      operation: 'local.faults.disarmAll',
      handler: () => {
        faults.disarm();
        return { status: 204 };
      },
    },
    {
      service,
      method: 'DELETE',
      path: '/_local/faults/:id',
      operation: 'local.faults.disarm',
      handler: ({ params }) => {
        if (faults.disarm(params['id']) === 0)
          throw new CloudError(404, 'notFound', 'No such fault.');
        return { status: 204 };
      },
    },
  ];
}
