import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { sql as sqlLanguage } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { basicSetup } from 'codemirror';
import { type Explained } from '../api/faults';
import { googleSql } from './google-sql';
import { completeSql, type SqlNames } from './complete-sql';
import { faultPlace } from './fault-place';

export interface SqlViewOptions extends SqlNames {
  readonly parent: HTMLElement;
  readonly sql: string;
  readonly label: string;
  readonly onChange: (sql: string) => void;
  /** Of the page’s content security policy: styles without it are refused. */
  readonly nonce: string;
}

export interface SqlView {
  /** Puts another text in, unless it is there already. */
  replace(sql: string): void;
  /** Underlines what BigQuery does not understand. */
  mark(fault: Explained | undefined): void;
  destroy(): void;
}

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--outhaul-sql-keyword)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--outhaul-sql-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--outhaul-sql-number)' },
  { tag: [tags.typeName, tags.standard(tags.name)], color: 'var(--outhaul-sql-builtin)' },
  { tag: tags.comment, color: 'var(--mat-sys-on-surface-variant)', fontStyle: 'italic' },
]);

const look = EditorView.theme({
  '&': { fontSize: '13px', backgroundColor: 'transparent', color: 'inherit' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'var(--outhaul-code)',
    minHeight: '160px',
    maxHeight: '50vh',
    lineHeight: '1.5',
  },
  '.cm-content': { caretColor: 'var(--mat-sys-primary)' },
  '.cm-cursor': { borderLeftColor: 'var(--mat-sys-primary)' },
  '.cm-gutters': {
    backgroundColor: 'transparent',
    color: 'var(--mat-sys-on-surface-variant)',
    border: 'none',
  },
  '.cm-activeLine, .cm-activeLineGutter': {
    backgroundColor: 'color-mix(in srgb, var(--mat-sys-primary) 7%, transparent)',
  },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { backgroundColor: 'color-mix(in srgb, var(--mat-sys-primary) 25%, transparent)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--mat-sys-surface-container-high)',
    color: 'var(--mat-sys-on-surface)',
    border: 'var(--outhaul-line)',
    borderRadius: '8px',
    overflow: 'hidden',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--mat-sys-secondary-container)',
    color: 'var(--mat-sys-on-secondary-container)',
  },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--mat-sys-secondary-container)',
  },
});

/**
 * What is typed over a selection is put in by the editor: the browser would keep the look of the text that goes as an
 * inline style, which the content security policy refuses.
 */
const typeOverSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { main, ranges } = view.state.selection;
    const { data: text, inputType } = event;
    if (inputType !== 'insertText' || !text || view.composing || main.empty || ranges.length > 1)
      return false;
    event.preventDefault();
    const insert = () =>
      view.state.update(view.state.replaceSelection(text), {
        userEvent: 'input.type',
        scrollIntoView: true,
      });
    const isTaken = view.state
      .facet(EditorView.inputHandler)
      .some((handle) => handle(view, main.from, main.to, text, insert));
    if (!isTaken) view.dispatch(insert());
    return true;
  },
});

/** The editor itself: CodeMirror with GoogleSQL, names of the catalog, and faults where they are. */
export function makeSqlView(options: SqlViewOptions): SqlView {
  const language = sqlLanguage({ dialect: googleSql, upperCaseKeywords: true });
  const view = new EditorView({
    parent: options.parent,
    state: EditorState.create({
      doc: options.sql,
      extensions: [
        EditorView.cspNonce.of(options.nonce),
        basicSetup,
        lineNumbers(),
        bracketMatching(),
        closeBrackets(),
        lintGutter(),
        keymap.of([...closeBracketsKeymap, ...completionKeymap]),
        language,
        language.language.data.of({ autocomplete: completeSql(options) }),
        autocompletion({ activateOnTyping: true }),
        syntaxHighlighting(colours),
        look,
        placeholder('SELECT …'),
        EditorView.lineWrapping,
        typeOverSelection,
        EditorView.contentAttributes.of({ 'aria-label': options.label }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    replace(sql) {
      if (view.state.doc.toString() === sql) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: sql } });
    },
    mark(fault) {
      const found: Diagnostic[] = fault
        ? [
            {
              ...faultPlace(fault.message, view.state.doc.toString()),
              severity: 'error',
              message: fault.message,
            },
          ]
        : [];
      view.dispatch(setDiagnostics(view.state, found));
    },
    destroy: () => view.destroy(),
  };
}
