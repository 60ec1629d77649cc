import { type Plan } from '../plan/plan.js';

/**
 * What is shown of a plan that is not kept. The bound values are the caller’s own words and are shown with it, except
 * where the service’s mask key is among them.
 */
export function planViewOf(plan: Plan, request: unknown) {
  const { parameters, ...source } = plan.source;
  const isKeyed = JSON.stringify(request).includes('"sha256"');
  return { ...plan, source: isKeyed ? source : { ...source, parameters } };
}
