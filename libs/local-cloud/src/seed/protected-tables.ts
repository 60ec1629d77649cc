import { type BigQueryField } from '../bigquery/schema.js';
import { type RowAccessPolicy } from '../bigquery/catalog-records.js';
import { confidentialDataset, policyTagOf, restrictedDataset } from '../identity/demo-policy.js';
import { column, draw, type SampleTable } from './sample-table.js';

/** A sample that not everyone may read whole. */
export interface ProtectedTable extends SampleTable {
  readonly datasetId: string;
  readonly policies?: readonly Pick<RowAccessPolicy, 'policyId' | 'filterPredicate' | 'grantees'>[];
}

/** Datasets of protected samples, with what they are for. */
export const protectedDatasets: Readonly<Record<string, string>> = {
  protected: 'Tables of which not everyone sees every column or every row.',
  [restrictedDataset]: 'Everyone may list it; only admins may read it.',
  [confidentialDataset]: 'Only admins see that it is there.',
};

const tagged = (
  projectId: string,
  tag: 'contact' | 'financial',
  field: BigQueryField,
): BigQueryField => ({ ...field, policyTags: { names: [policyTagOf(projectId, tag)] } });

/** Column policy tags, row access policies, and tables that only admins may read. */
export const protectedTables = (projectId: string): readonly ProtectedTable[] => [
  {
    datasetId: 'protected',
    tableId: 'customers',
    description:
      'Generated customers. Exporters may read e-mail addresses, and only admins account numbers (column policy tags).',
    schema: [
      column('customer_id', 'INTEGER', 'Number of the customer.'),
      column('country', 'STRING', 'Two-letter country.'),
      tagged(projectId, 'contact', column('email', 'STRING', 'E-mail address.')),
      tagged(projectId, 'financial', column('iban', 'STRING', 'Number of the bank account.')),
    ],
    sql: () => `SELECT 1000 + n, ['DE', 'FR', 'US', 'JP', 'NG'][1 + ${draw('n', 31, 5)}],
        'customer' || (1000 + n) || '@example.com', 'XX00' || lpad(${draw('n', 32, 1000000000)}::VARCHAR, 16, '0')
      FROM range(0, 4000) AS r(n)`,
  },
  {
    datasetId: 'protected',
    tableId: 'sales',
    description:
      'Generated sales. Viewers see those of the EU, exporters those of the EU and US, admins all (row access policies).',
    schema: [
      column('sale_id', 'INTEGER', 'Number of the sale.'),
      column('region', 'STRING', 'EU, US or APAC.'),
      column('amount', 'NUMERIC', 'Sum of the sale.'),
    ],
    policies: [
      {
        policyId: 'eu',
        filterPredicate: "region = 'EU'",
        grantees: ['user:viewer@outhaul.test', 'user:exporter@outhaul.test'],
      },
      {
        policyId: 'us',
        filterPredicate: "region = 'US'",
        grantees: ['user:exporter@outhaul.test'],
      },
      { policyId: 'all', filterPredicate: 'TRUE', grantees: ['user:admin@outhaul.test'] },
    ],
    sql: () => `SELECT n, ['EU', 'US', 'APAC'][1 + n % 3], ((100 + ${draw('n', 33, 100000)}) / 100.0)::DECIMAL(38, 9)
      FROM range(0, 3000) AS r(n)`,
  },
  {
    datasetId: restrictedDataset,
    tableId: 'salaries',
    description:
      'Generated salaries. Everyone may see that the table is there; only admins its rows.',
    schema: [
      column('person_id', 'INTEGER', 'Number of the person.'),
      column('salary', 'NUMERIC', 'Salary of a year.'),
    ],
    sql: () =>
      `SELECT n, (30000 + ${draw('n', 34, 90000)})::DECIMAL(38, 9) FROM range(0, 500) AS r(n)`,
  },
  {
    datasetId: confidentialDataset,
    tableId: 'plans',
    description: 'Generated plans. Only admins see that the table is there.',
    schema: [column('plan', 'STRING', 'Name of the plan.')],
    sql: () => `SELECT 'plan ' || n FROM range(0, 20) AS r(n)`,
  },
];
