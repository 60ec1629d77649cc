import { projectResource } from '../bigquery-context.js';
import { type Cell, type SystemView } from './system-view.js';

/** INFORMATION_SCHEMA.JOBS: the jobs of a project, newest first. */
export const jobsView: SystemView = {
  columns: [
    ['creation_time', 'TIMESTAMP'],
    ['project_id', 'STRING'],
    ['user_email', 'STRING'],
    ['job_id', 'STRING'],
    ['job_type', 'STRING'],
    ['statement_type', 'STRING'],
    ['priority', 'STRING'],
    ['start_time', 'TIMESTAMP'],
    ['end_time', 'TIMESTAMP'],
    ['query', 'STRING'],
    ['state', 'STRING'],
    ['total_bytes_processed', 'INTEGER'],
    ['total_bytes_billed', 'INTEGER'],
    ['cache_hit', 'BOOLEAN'],
    ['parent_job_id', 'STRING'],
  ],
  rows: ({ jobs }, caller, { projectId }) => {
    caller.require('bigquery.jobs.listAll', projectResource(projectId));
    return jobs.book.list(projectId).map((job) => {
      const query = job.configuration['query'] as { query?: string; priority?: string } | undefined;
      const at = (ms: number | undefined): Cell => (ms === undefined ? null : { timestampMs: ms });
      return {
        creation_time: at(job.createdMs),
        project_id: job.projectId,
        user_email: job.userEmail,
        job_id: job.jobId,
        job_type: job.type,
        statement_type: (job.statistics['statementType'] as string | undefined) ?? null,
        priority: job.type === 'QUERY' ? (query?.priority ?? 'INTERACTIVE') : null,
        start_time: at(job.startedMs),
        end_time: at(job.endedMs),
        query: query?.query ?? null,
        state: job.state,
        total_bytes_processed: job.totalBytesProcessed ?? null,
        total_bytes_billed: Number(job.statistics['totalBytesBilled'] ?? 0),
        cache_hit: job.type === 'QUERY' ? false : null,
        parent_job_id: job.child?.parentJobId ?? null,
      };
    });
  },
};
