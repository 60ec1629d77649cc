import {
  accessAsCsv,
  type AccessResource,
  AppError,
  type Caller,
  type Exporter,
  reviewAccess,
} from '@outhaul/core';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Response } from 'express';
import { z } from 'zod';
import { type Config } from '../config.js';
import { Requires, TheCaller } from '../http/route-permission.js';
import { DocumentsQuery, QueryOf } from '../http/validated.js';
import { CONFIG, EXPORTER } from '../tokens.js';

const accessQuery = z.strictObject({
  project: z.string().min(1).max(100).optional().describe('Default: the service’s own project.'),
  format: z.enum(['json', 'csv']).optional().describe('Default: json.'),
});
/** Policies of so many datasets are read at most. */
const mostDatasets = 1_000;

/** Who may export what, by Google's IAM, read with the reviewer's own permissions. */
@Controller('api/v1/access')
@ApiTags('access')
@Requires('access.read')
export class AccessController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(EXPORTER) private readonly exporter: Exporter,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'reviewAccess',
    summary: 'Who may export what, when each last did, and how to take it away',
  })
  @DocumentsQuery(accessQuery)
  @ApiResponse({
    status: 200,
    description: 'Grants on the project, its datasets and the files buckets.',
    content: {
      'application/json': { schema: { $ref: '#/components/schemas/AccessReview' } },
      'text/csv': { schema: { type: 'string' } },
    },
  })
  @ApiResponse({
    status: 'default',
    description: 'A problem.',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  })
  async review(
    @TheCaller() caller: Caller,
    @QueryOf(accessQuery) { project = this.config.projectId, format }: z.infer<typeof accessQuery>,
    @Res({ passthrough: true }) response: Response,
  ) {
    if (!caller.policies)
      throw new AppError('permission-denied', 'Your sign-in cannot read IAM policies.');
    const review = await reviewAccess(
      await this.resourcesOf(caller, project),
      caller.policies,
      (page) => this.exporter.list(caller, { ...page, owner: 'all' }),
      Date.now(),
      this.config.deployment,
    );
    if (format !== 'csv') return review;
    response.type('text/csv').attachment(`${this.config.deployment}-access.csv`);
    return accessAsCsv(review);
  }

  private async resourcesOf(caller: Caller, project: string): Promise<AccessResource[]> {
    const resources: AccessResource[] = [
      { kind: 'project', project },
      ...this.config.filesBuckets.map((bucket) => ({ kind: 'bucket', bucket }) as const),
    ];
    let pageToken: string | undefined;
    do {
      const page = await caller.warehouse.listDatasets(project, { pageSize: 200, pageToken });
      for (const { dataset } of page.items) resources.push({ kind: 'dataset', project, dataset });
      pageToken = page.nextPageToken;
    } while (pageToken && resources.length < mostDatasets);
    return resources;
  }
}
