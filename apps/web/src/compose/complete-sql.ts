import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  type CompletionSource,
} from '@codemirror/autocomplete';
import { functions } from './google-sql';

/** Names of the catalog, as far as they are known; columns are looked up when their table is named. */
export interface SqlNames {
  tables(): readonly string[];
  columns(dataset: string, table: string): Promise<readonly { name: string; type: string }[]>;
}

const functionOptions: readonly Completion[] = functions.map((label) => ({
  label,
  type: 'function',
  apply: (view, _, from, to) =>
    view.dispatch({
      changes: { from, to, insert: `${label}()` },
      selection: { anchor: from + label.length + 1 },
    }),
}));

/** Tables after FROM and JOIN; elsewhere the columns of the tables that are named, and functions. */
export const completeSql =
  (names: SqlNames): CompletionSource =>
  async (context: CompletionContext): Promise<CompletionResult | null> => {
    const before = context.state.sliceDoc(0, context.pos);
    const place = /(?:\bfrom|\bjoin|,)\s+(`?)([\w.-]*)$/i.exec(before);
    if (place && /\b(from|join)\b[^()]*$/i.test(before) && !/\bwhere\b[^()]*$/i.test(before)) {
      const [, tick = '', typed = ''] = place;
      return {
        from: context.pos - typed.length - tick.length,
        options: names.tables().map((label) => ({
          label: `\`${label}\``,
          displayLabel: label,
          type: 'class',
        })),
        filter: true,
        validFor: /^`?[\w.-]*$/,
      };
    }
    const word = context.matchBefore(/\w+/);
    if (!word && !context.explicit) return null;
    const columns = await Promise.all(
      tablesIn(context.state.doc.toString()).map(([dataset, table]) =>
        names.columns(dataset, table),
      ),
    );
    return {
      from: word?.from ?? context.pos,
      options: [
        ...columns.flat().map(({ name, type }) => ({
          label: name,
          detail: type,
          type: 'property',
          boost: 2,
        })),
        ...functionOptions,
      ],
      validFor: /^\w*$/,
    };
  };

/** The tables that the SQL names, as dataset and table. */
export function tablesIn(sql: string): readonly (readonly [string, string])[] {
  const names = [...sql.matchAll(/\b(?:from|join)\s+`?([\w-]+(?:\.[\w-]+){1,2})`?/gi)].map(
    ([, name = '']) => name.split('.').slice(-2) as [string, string],
  );
  return [...new Map(names.map((name) => [name.join('.'), name])).values()];
}
