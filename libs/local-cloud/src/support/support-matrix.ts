import {
  refusedConstructs,
  supportedConstructs,
  supportedFunctions,
} from '../googlesql/supported.js';
import { type Route } from '../http/route.js';

/** What is served, as a person reads it. */
export type SupportedRoute = Pick<Route, 'service' | 'method' | 'path' | 'operation' | 'limits'>;

const titles: Readonly<Record<Route['service'], string>> = {
  bigquery: 'BigQuery v2, Resource Manager, Data Catalog',
  storage: 'Cloud Storage',
  tasks: 'Cloud Tasks v2',
  kms: 'Cloud KMS v1',
  identity: 'OAuth 2, OpenID Connect, service account credentials',
  admin: 'Calls of the local cloud’s own',
};

/** SUPPORT.md, made of the route table and the list of GoogleSQL. */
export function renderSupport(routes: readonly SupportedRoute[]): string {
  const services = Object.entries(titles).map(([service, title]) =>
    section(
      title,
      routes.filter((route) => route.service === service),
    ),
  );
  return `# What the local cloud supports

Made by \`npm run generate\` from the local cloud’s route table and its list of GoogleSQL; a test compares. What is not here is answered with 404, or refused by name with 501. See [docs/local-cloud.md](docs/local-cloud.md).

${services.join('\n')}
## GoogleSQL

Statements are one query, or EXPORT DATA of one query. Understood:

${supportedConstructs.map((text) => `- ${text}`).join('\n')}

Refused by name:

${refusedConstructs.map((text) => `- ${text}`).join('\n')}

${(['scalar', 'aggregate', 'window'] as const).map(functionsOf).join('\n\n')}
`;
}

function section(title: string, routes: readonly SupportedRoute[]): string {
  const rows = routes
    .map(({ method, path, operation, limits = '' }) => [operation, `\`${method} ${path}\``, limits])
    .sort(([a = '', x = ''], [b = '', y = '']) => (`${a} ${x}` < `${b} ${y}` ? -1 : 1));
  return `## ${title}\n\n${table([['operation', 'call', 'limits'], ...rows])}\n`;
}

/** A table of Markdown with its columns aligned. */
function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_cell, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function functionsOf(kind: 'scalar' | 'aggregate' | 'window'): string {
  const names = supportedFunctions.filter((each) => each.kind === kind).map(({ name }) => name);
  const title = `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)} functions (${names.length})`;
  return `### ${title}\n\n${names.join(', ')}.`;
}
