import { AppError } from '@outhaul/core';
import { type GoogleAuth } from 'google-auth-library';
import { authorizedFetch } from './authorized-fetch.js';

export interface TaskTarget {
  /** Address that the task is posted to. */
  readonly url: string;
  /** Who the task's identity token is meant for. */
  readonly audience: string;
  /** The service account that the token is of. */
  readonly account: string;
  /** Of the request that the task makes, such as `traceparent`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The longest that Cloud Tasks waits: a spreadsheet or a large compose takes minutes, and a second call beside the first
 * would do the same work. A call whose connection breaks is made again at once.
 * https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks
 */
const longestCall = '1800s';

/** One queue of Cloud Tasks. */
export class GoogleTaskQueue {
  constructor(
    private readonly auth: GoogleAuth,
    /** `projects/P/locations/L/queues/Q`. */
    private readonly queue: string,
    private readonly endpoint = 'https://cloudtasks.googleapis.com',
  ) {}

  /** Adds a task; one whose name is there already is the same task, and no error. */
  async add(target: TaskTarget, { name, dueMs }: { name?: string; dueMs?: number }): Promise<void> {
    const { url, audience, account, headers } = target;
    try {
      const answer = await authorizedFetch(
        this.auth,
        `${this.endpoint}/v2/${this.queue}/tasks`,
        {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({
            task: {
              ...(name === undefined ? {} : { name: `${this.queue}/tasks/${name}` }),
              ...(dueMs === undefined ? {} : { scheduleTime: new Date(dueMs).toISOString() }),
              dispatchDeadline: longestCall,
              httpRequest: {
                url,
                httpMethod: 'POST',
                headers,
                oidcToken: { serviceAccountEmail: account, audience },
              },
            },
          }),
        },
        { missing: 'upstream-unavailable', resource: this.queue },
      );
      await answer.arrayBuffer();
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'record-conflict')) throw error;
    }
  }
}
