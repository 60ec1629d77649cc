/** Texts and quoted names of DuckDB’s SQL, in which a `$1` means nothing, or a parameter. */
const pieces = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\d+)/g;

/** Numbers the parameters that a statement really uses from 1: DuckDB refuses values for others. */
export function bindParameters(
  sql: string,
  values: readonly (string | null)[],
): { readonly sql: string; readonly parameters: (string | null)[] } {
  const used: number[] = [];
  const numbered = sql.replace(pieces, (piece: string, place: string | undefined) => {
    if (place === undefined) return piece;
    const index = Number(place) - 1;
    if (!used.includes(index)) used.push(index);
    return `$${used.indexOf(index) + 1}`;
  });
  return { sql: numbered, parameters: used.map((index) => values[index] ?? null) };
}
