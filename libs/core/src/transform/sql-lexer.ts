/** A piece of GoogleSQL text. Comments and white space are left out. */
export interface SqlToken {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'parameter' | 'symbol';
  readonly text: string;
  readonly at: number;
}

const patterns: readonly [SqlToken['kind'] | 'skip', RegExp][] = [
  ['skip', /\s+/uy],
  ['skip', /(?:--|#)[^\n\r]*/uy],
  ['skip', /\/\*[\s\S]*?\*\//uy],
  [
    'string',
    /(?:rb|br|r)("""(?:[^\\]|\\[\s\S])*?"""|'''(?:[^\\]|\\[\s\S])*?'''|"(?:[^"\\\n\r]|\\[^\n\r])*"|'(?:[^'\\\n\r]|\\[^\n\r])*')/iuy,
  ],
  ['string', /b?("""(?:[^\\]|\\[\s\S])*?"""|'''(?:[^\\]|\\[\s\S])*?''')/iuy],
  ['string', /b?("(?:[^"\\\n\r]|\\[^\n\r])*"|'(?:[^'\\\n\r]|\\[^\n\r])*')/iuy],
  ['quoted', /`(?:[^`\\\n\r]|\\[^\n\r])+`/uy],
  ['parameter', /@@?[\p{L}_][\p{L}\p{N}_]*/uy],
  ['number', /(?:0x[0-9a-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)/iuy],
  ['word', /[\p{L}_][\p{L}\p{N}_]*/uy],
  ['symbol', /[-+*/%(),.;<>=!|&^~[\]{}?:@]/uy],
];

/** Splits GoogleSQL into tokens; undefined where a string, comment or character cannot be read. */
export function lexSql(sql: string): readonly SqlToken[] | undefined {
  const tokens: SqlToken[] = [];
  let at = 0;
  while (at < sql.length) {
    const piece = nextPiece(sql, at);
    if (!piece) return undefined;
    if (piece.kind !== 'skip') tokens.push({ kind: piece.kind, text: piece.text, at });
    at += piece.text.length;
  }
  return tokens;
}

function nextPiece(sql: string, at: number) {
  if (sql.startsWith('/*', at) && sql.indexOf('*/', at + 2) === -1) return undefined;
  if (
    /^(?:"""|''')/.test(sql.slice(at, at + 3)) &&
    sql.indexOf(sql.slice(at, at + 3), at + 3) === -1
  ) {
    return undefined;
  }
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const match = pattern.exec(sql);
    if (match) return { kind, text: match[0] };
  }
  return undefined;
}
