import { type PlanningSettings } from '../plan/prepare-plan.js';
import { type RunDeps } from '../run/run-deps.js';

/** The ports and settings that the facade is built on. */
export interface ExporterDeps extends RunDeps {
  readonly settings: PlanningSettings & { readonly urlLifetimeMs: number };
}
