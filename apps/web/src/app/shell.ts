import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { MatIconModule } from '@angular/material/icon';
import { MatToolbarModule } from '@angular/material/toolbar';
import { RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { ThemeChoice } from './theme-choice';

/** The frame around every page: name, navigation, theme. */
@Component({
  selector: 'outhaul-shell',
  imports: [
    MatButtonModule,
    MatIconModule,
    MatToolbarModule,
    RouterLink,
    RouterLinkActive,
    RouterOutlet,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <a class="skip" href="#main" i18n>Skip to the content</a>
    <mat-toolbar>
      <a class="name" routerLink="/">Outhaul</a>
      <nav aria-label="Main" i18n-aria-label>
        <a
          mat-button
          routerLink="/catalog"
          routerLinkActive="here"
          ariaCurrentWhenActive="page"
          i18n
          >Catalog</a
        >
        <a
          mat-button
          routerLink="/exports"
          routerLinkActive="here"
          ariaCurrentWhenActive="page"
          i18n
          >Exports</a
        >
      </nav>
      <span class="gap"></span>
      <button
        mat-icon-button
        type="button"
        (click)="choice.next()"
        [attr.aria-label]="themeLabel()"
        [title]="themeLabel()"
      >
        <mat-icon aria-hidden="true">{{ themeIcon() }}</mat-icon>
      </button>
    </mat-toolbar>
    <main id="main" tabindex="-1"><router-outlet /></main>
  `,
  styles: `
    mat-toolbar {
      gap: 8px;
      border-bottom: 1px solid var(--mat-sys-outline-variant);
    }
    .name {
      font: var(--mat-sys-title-large);
      color: var(--mat-sys-on-surface);
      margin-right: 16px;
    }
    .here {
      background: var(--mat-sys-secondary-container);
    }
    .gap {
      flex: 1;
    }
    main {
      display: block;
      max-width: 1200px;
      margin: 0 auto;
      padding: 24px;
      outline: none;
    }
    .skip {
      position: absolute;
      left: -1000px;
    }
    .skip:focus {
      left: 8px;
      top: 8px;
      z-index: 10;
      padding: 8px;
      background: var(--mat-sys-surface);
    }
    @media (max-width: 600px) {
      main {
        padding: 16px;
      }
      .name {
        margin-right: 0;
      }
    }
  `,
})
export class Shell {
  protected readonly choice = inject(ThemeChoice);
  protected readonly themeIcon = computed(
    () =>
      ({ system: 'brightness_auto', light: 'light_mode', dark: 'dark_mode' })[this.choice.theme()],
  );
  protected readonly themeLabel = computed(
    () =>
      ({
        system: $localize`Theme: as the system`,
        light: $localize`Theme: light`,
        dark: $localize`Theme: dark`,
      })[this.choice.theme()],
  );
}
