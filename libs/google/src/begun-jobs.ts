import { type JobRef } from '@outhaul/core';

/** Jobs that are remembered; the one named first is forgotten first. */
const most = 2_000;

/**
 * Jobs that BigQuery is known to have: whoever looks at one again asks for it, instead of inserting it only to be told
 * that it is there. To forget one costs that call, and nothing else.
 */
export class BegunJobs {
  private readonly names = new Set<string>();

  has(job: JobRef): boolean {
    return this.names.has(nameOf(job));
  }

  add(job: JobRef): void {
    this.names.add(nameOf(job));
    for (const oldest of this.names) {
      if (this.names.size <= most) break;
      this.names.delete(oldest);
    }
  }
}

const nameOf = ({ project, location, id }: JobRef): string => `${project}:${location}.${id}`;
