import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { showAgo, showTime } from '../format/figures';
import { CopyButton } from '../ui/copy-button';
import { Icon } from '../ui/icon';
import { type ShownGrant } from './shown-grants';

/** One grant: who holds it, what it gives, when it was last of use, and how it is taken away. */
@Component({
  selector: 'outhaul-grant-row',
  imports: [CopyButton, Icon],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="who">
      <span class="clip" [title]="row().grant.member">{{ row().who }}</span>
      <span class="quiet clip">{{ kind() }}</span>
    </div>
    <div class="where">
      <span class="clip" [title]="row().where">{{ row().where }}</span>
      <span class="quiet clip" [title]="role()">{{ role() }}</span>
    </div>
    <span class="gives clip" [title]="row().gives">{{ row().gives }}</span>
    <div class="last">
      @if (row().grant.unused) {
        <span class="unused">
          <outhaul-icon name="warning" /><ng-container i18n="@@access.unused"
            >Unused for 90 days</ng-container
          >
        </span>
      }
      @if (row().grant.lastExportAt; as at) {
        <span class="quiet" [title]="showTime(at)">{{ ago() }}</span>
      } @else if (row().grant.unused) {
        <span class="quiet" i18n="@@access.never">No export yet</span>
      } @else if (row().kind === 'serviceAccount' || row().kind === 'user') {
        <span class="quiet" i18n="@@access.ofTheService">Outhaul’s own account</span>
      } @else {
        <span class="quiet" i18n="@@access.notKnown">Not known: it may hold many people</span>
      }
    </div>
    <outhaul-copy-button [text]="row().grant.removeBy" [label]="copyLabel()" />
  `,
  styles: `
    :host {
      display: grid;
      grid-template-columns: var(--outhaul-grant-columns);
      align-items: center;
      gap: 16px;
      height: 55px;
      padding: 0 8px 0 16px;
      border-bottom: var(--outhaul-line);
    }
    :host(:hover) {
      background: var(--mat-sys-surface-container-low);
    }
    div {
      display: grid;
      min-width: 0;
    }
    .clip {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .quiet {
      font: var(--mat-sys-body-small);
    }
    .unused {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      color: var(--outhaul-warn);
    }
    .unused outhaul-icon {
      width: 16px;
      height: 16px;
    }
    @media (max-width: 900px) {
      .gives {
        display: none;
      }
    }
    @media (max-width: 600px) {
      :host {
        grid-template: 'who copy' 'where copy' 'last copy' / minmax(0, 1fr) 40px;
        align-content: center;
        gap: 2px 8px;
        height: 115px;
      }
      .who,
      .last {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 8px;
      }
      .who {
        grid-area: who;
        flex-wrap: nowrap;
      }
      .who .quiet {
        flex: none;
      }
      .where {
        grid-area: where;
      }
      .last {
        grid-area: last;
      }
      outhaul-copy-button {
        grid-area: copy;
      }
    }
  `,
})
export class GrantRow {
  readonly row = input.required<ShownGrant>();
  /** When the list was read. */
  readonly nowMs = input.required<number>();
  protected readonly showTime = showTime;
  protected readonly kind = computed(() => nameOfKind(this.row().kind));
  protected readonly role = computed(() => {
    const { role, condition } = this.row().grant;
    return condition === undefined
      ? role
      : $localize`:@@access.condition:${role}:role:, if ${condition}:condition:`;
  });
  protected readonly ago = computed(() =>
    showAgo(this.row().grant.lastExportAt ?? 0, this.nowMs()),
  );
  protected readonly copyLabel = computed(() => {
    const { who, where } = this.row();
    return $localize`:@@access.copyRemoval:Copy the command that takes this from ${who}:who: on ${where}:where:`;
  });
}

function nameOfKind(kind: string): string {
  switch (kind) {
    case 'user':
      return $localize`:@@access.user:Person`;
    case 'group':
      return $localize`:@@access.group:Group`;
    case 'serviceAccount':
      return $localize`:@@access.serviceAccount:Service account`;
    case 'domain':
      return $localize`:@@access.domain:Everybody of a domain`;
    default:
      return kind || $localize`:@@access.many:Many people at once`;
  }
}
