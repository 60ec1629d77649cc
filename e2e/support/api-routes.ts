import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type components } from '@outhaul/api-client';

type ExportSetRequest = components['schemas']['ExportSetRequest'];

interface Parameter {
  readonly name: string;
  readonly in: string;
}

/** One route of the service, as its description says. */
export interface ApiRoute {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly 'x-permission': string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: object;
}

const document = JSON.parse(
  readFileSync(join(__dirname, '../../apps/api/openapi.json'), 'utf8'),
) as { paths: Record<string, Record<string, Omit<ApiRoute, 'method' | 'path'>>> };

/** Every documented route; that there are no others is tested where the controllers are. */
export const apiRoutes: readonly ApiRoute[] = Object.entries(document.paths).flatMap(
  ([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
    })),
);

/** What a person exports in tests of routes: one small table. */
export const airportsExport = {
  source: { type: 'table', dataset: 'samples', table: 'airports' },
  format: 'csv',
} as const;
export const airportsSet: ExportSetRequest = {
  tables: [{ dataset: 'samples', table: 'airports' }],
  options: { format: 'csv' },
};

/** A request to the route that could go well: `id` names the export or set. */
export function requestOf(
  { method, path, requestBody }: ApiRoute,
  id: string,
): [path: string, init: RequestInit] {
  const values: Record<string, string> = {
    dataset: 'samples',
    table: 'airports',
    file: 'manifest.json',
    id,
  };
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? 'x');
  const query = filled === '/api/v1/tables' ? '?dataset=samples' : '';
  const body = path.includes('/export-sets') ? airportsSet : airportsExport;
  return [
    filled + query,
    {
      method,
      headers: { 'Content-Type': 'application/json' },
      ...(requestBody ? { body: JSON.stringify(body) } : {}),
    },
  ];
}
