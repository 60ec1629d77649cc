import {
  type Caller,
  type DatasetSummary,
  type Page,
  type TableMetadata,
  type TableSummary,
} from '@outhaul/core';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { type Config } from '../config.js';
import { Answers } from '../http/answers.js';
import { Requires, TheCaller } from '../http/route-permission.js';
import { DocumentsPath, DocumentsQuery, ParamsOf, QueryOf } from '../http/validated.js';
import { CONFIG } from '../tokens.js';

const project = z
  .string()
  .min(1)
  .max(100)
  .optional()
  .describe('Default: the service’s own project.');
const page = {
  pageSize: z.coerce.number().int().min(1).max(1_000).optional(),
  pageToken: z.string().max(2_000).optional(),
};
const name = z.string().min(1).max(1_024);

const datasetsQuery = z.strictObject({ project, ...page });
const tablesQuery = z.strictObject({ project, dataset: name, ...page });
const tablePath = z.strictObject({ dataset: name, table: name });
const tableQuery = z.strictObject({ project });
const previewQuery = z.strictObject({
  project,
  maxRows: z.coerce.number().int().min(1).max(1_000).optional().describe('Default: 50.'),
  pageToken: page.pageToken,
});

/** Datasets, tables, schemas and previews, all with the caller’s own permissions in BigQuery. */
@Controller('api/v1')
@ApiTags('catalog')
@Requires('catalog.read')
export class CatalogController {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  @Get('datasets')
  @ApiOperation({ operationId: 'listDatasets', summary: 'Datasets of a project' })
  @DocumentsQuery(datasetsQuery)
  @Answers(200, 'DatasetPage', 'The datasets you may see.')
  listDatasets(
    @TheCaller() caller: Caller,
    @QueryOf(datasetsQuery) query: z.infer<typeof datasetsQuery>,
  ): Promise<Page<DatasetSummary>> {
    return caller.warehouse.listDatasets(query.project ?? this.config.projectId, query);
  }

  @Get('tables')
  @ApiOperation({ operationId: 'listTables', summary: 'Tables of a dataset' })
  @DocumentsQuery(tablesQuery)
  @Answers(200, 'TablePage', 'Its tables and views.')
  listTables(
    @TheCaller() caller: Caller,
    @QueryOf(tablesQuery) query: z.infer<typeof tablesQuery>,
  ): Promise<Page<TableSummary>> {
    return caller.warehouse.listTables(
      query.project ?? this.config.projectId,
      query.dataset,
      query,
    );
  }

  @Get('tables/:dataset/:table')
  @ApiOperation({ operationId: 'getTable', summary: 'One table’s schema and size' })
  @DocumentsPath(tablePath)
  @DocumentsQuery(tableQuery)
  @Answers(200, 'Table', 'The table.')
  getTable(
    @TheCaller() caller: Caller,
    @ParamsOf(tablePath) path: z.infer<typeof tablePath>,
    @QueryOf(tableQuery) query: z.infer<typeof tableQuery>,
  ): Promise<TableMetadata> {
    return caller.warehouse.getTable(this.refOf(path, query.project));
  }

  @Get('tables/:dataset/:table/partitions')
  @ApiOperation({ operationId: 'listPartitions', summary: 'Partitions of a table' })
  @DocumentsPath(tablePath)
  @DocumentsQuery(tableQuery)
  @Answers(
    200,
    'PartitionPage',
    'Its partitions, newest first; none for a table without partitions.',
  )
  async listPartitions(
    @TheCaller() caller: Caller,
    @ParamsOf(tablePath) path: z.infer<typeof tablePath>,
    @QueryOf(tableQuery) query: z.infer<typeof tableQuery>,
  ) {
    const ref = this.refOf(path, query.project);
    const { partitioning } = await caller.warehouse.getTable(ref);
    if (!partitioning) return { items: [] };
    return { items: await caller.warehouse.listPartitions(ref, this.config.projectId) };
  }

  @Get('tables/:dataset/:table/preview')
  @ApiOperation({
    operationId: 'previewTable',
    summary:
      'First rows of a table, free of charge; under row policies or masks by a query of at most 1 GiB',
  })
  @DocumentsPath(tablePath)
  @DocumentsQuery(previewQuery)
  @Answers(200, 'Preview', 'Rows in the order BigQuery gives them.')
  async previewTable(
    @TheCaller() caller: Caller,
    @ParamsOf(tablePath) path: z.infer<typeof tablePath>,
    @QueryOf(previewQuery) query: z.infer<typeof previewQuery>,
  ) {
    const ref = this.refOf(path, query.project);
    const [table, rows] = await Promise.all([
      caller.warehouse.getTable(ref),
      caller.warehouse.previewRows(ref, {
        maxRows: query.maxRows ?? 50,
        pageToken: query.pageToken,
      }),
    ]);
    return { fields: table.fields, rows: rows.items, nextPageToken: rows.nextPageToken };
  }

  private refOf(path: z.infer<typeof tablePath>, inProject: string | undefined) {
    return {
      project: inProject ?? this.config.projectId,
      dataset: path.dataset,
      table: path.table,
    };
  }
}
