import { plain } from './plain-text.js';
import { jsonForTerminal, writeError, writeLine } from './terminal.js';
import { width } from './text-width.js';

export interface OutputOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
}

export interface Column<T> {
  readonly title: string;
  readonly value: (row: T) => string;
  readonly right?: boolean;
}

/** Where results go: tables for people, JSON for programs. Progress and errors go to stderr. */
export class Output {
  constructor(readonly options: OutputOptions) {}

  /** A list: one JSON document, or a table. */
  list<T>(rows: readonly T[], columns: readonly Column<T>[], empty: string): void {
    if (this.options.json) return this.json(rows);
    if (rows.length === 0) return this.note(empty);
    const cells = rows.map((row) => columns.map(({ value }) => plain(value(row))));
    const widths = columns.map(({ title }, index) =>
      Math.max(title.length, ...cells.map((row) => width(row[index] ?? ''))),
    );
    const line = (row: readonly string[]) =>
      row
        .map((cell, index) => {
          const gap = ' '.repeat(Math.max(0, (widths[index] ?? 0) - width(cell)));
          return columns[index]?.right ? gap + cell : cell + gap;
        })
        .join('  ')
        .trimEnd();
    this.line(this.dim(line(columns.map(({ title }) => title.toUpperCase()))));
    for (const row of cells) this.line(line(row));
  }

  /** One thing: a JSON document, or lines. */
  one(value: unknown, lines: () => readonly string[]): void {
    if (this.options.json) this.json(value);
    else for (const line of lines()) this.line(line);
  }

  json(value: unknown): void {
    this.line(jsonForTerminal(value));
  }

  line(text: string): void {
    writeLine(text);
  }

  /** For people only, on stderr. */
  note(text: string): void {
    if (!this.options.quiet) writeError(text);
  }

  /** One of several things that failed, on stderr; with --json the documents have it. */
  fault(text: string): void {
    if (!this.options.json) writeError(`✗ ${text}`);
  }

  bold(text: string): string {
    return this.options.color ? `\u001b[1m${text}\u001b[22m` : text;
  }

  dim(text: string): string {
    return this.options.color ? `\u001b[2m${text}\u001b[22m` : text;
  }
}
