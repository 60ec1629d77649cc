import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { Modal } from '../ui/modal';
import { Navigation } from './navigation';
import { Shortcuts } from './shortcuts';

/** Every key of the console, and where to read more. */
@Component({
  selector: 'outhaul-help-dialog',
  imports: [Modal],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <outhaul-modal [(open)]="shortcuts.helpOpen" label="Keys and help" i18n-label="@@help.label">
      <div class="help">
        <h2 i18n="@@help.title">Keys</h2>
        <dl>
          <dt><kbd>Ctrl K</kbd> <kbd>⌘ K</kbd></dt>
          <dd i18n="@@help.palette">Find tables, pages and actions</dd>
          <dt><kbd>/</kbd></dt>
          <dd i18n="@@help.search">Search on this page</dd>
          @for (to of navigation.destinations(); track to.path) {
            <dt>
              <kbd>g</kbd> <kbd>{{ to.key }}</kbd>
            </dt>
            <dd>{{ to.name }}</dd>
          }
          <dt><kbd>↑</kbd> <kbd>↓</kbd></dt>
          <dd i18n="@@help.arrows">Move in lists and in the preview</dd>
          <dt><kbd>Ctrl Enter</kbd></dt>
          <dd i18n="@@help.run">Start the export that you are composing</dd>
          <dt><kbd>?</kbd></dt>
          <dd i18n="@@help.help">This help</dd>
          <dt><kbd>Esc</kbd></dt>
          <dd i18n="@@help.escape">Close what is open</dd>
        </dl>
        <p>
          <a href="/api/docs" target="_blank" rel="noopener" i18n="@@help.api"
            >The API, to read and try</a
          >
        </p>
      </div>
    </outhaul-modal>
  `,
  styles: `
    .help {
      padding: 24px;
      overflow-y: auto;
      max-height: inherit;
    }
    dl {
      display: grid;
      grid-template-columns: auto 1fr;
      gap: 10px 24px;
      margin: 16px 0;
    }
    dd {
      margin: 0;
    }
    kbd {
      padding: 2px 8px;
      border: var(--outhaul-line);
      border-radius: 6px;
      background: var(--mat-sys-surface);
      font: var(--mat-sys-label-large);
    }
  `,
})
export class HelpDialog {
  protected readonly shortcuts = inject(Shortcuts);
  protected readonly navigation = inject(Navigation);
}
