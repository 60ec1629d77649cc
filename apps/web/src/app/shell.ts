import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { Session } from '../session/session';
import { SessionNotice } from '../session/session-notice';
import { Icon } from '../ui/icon';
import { type IconName } from '../ui/icon-paths';
import { Notices } from '../ui/notices';
import { Navigation } from './navigation';
import { Overlays } from './overlays';
import { Shortcuts } from './shortcuts';
import { type Theme, ThemeChoice } from './theme-choice';

const themeIcons: Record<Theme, IconName> = { system: 'system', light: 'sun', dark: 'moon' };

/** The frame around every page: name, search, navigation, theme, and who one is. */
@Component({
  selector: 'outhaul-shell',
  imports: [
    Icon,
    MatIconButton,
    Overlays,
    RouterLink,
    RouterLinkActive,
    RouterOutlet,
    SessionNotice,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: {
    '(document:keydown)': 'shortcuts.onKey($event)',
    '[class.bare]': 'session.isSignedOut() && !session.hasEnded()',
  },
  templateUrl: './shell.html',
  styleUrl: './shell.scss',
})
export class Shell {
  protected readonly choice = inject(ThemeChoice);
  protected readonly navigation = inject(Navigation);
  protected readonly notices = inject(Notices);
  protected readonly session = inject(Session);
  protected readonly shortcuts = inject(Shortcuts);
  protected readonly isMac = /mac/i.test(navigator.userAgent);
  protected readonly themeIcon = computed(() => themeIcons[this.choice.theme()]);
  protected readonly themeLabel = computed(
    () =>
      ({
        system: $localize`:@@theme.system:Theme: as the system`,
        light: $localize`:@@theme.light:Theme: light`,
        dark: $localize`:@@theme.dark:Theme: dark`,
      })[this.choice.theme()],
  );
  protected readonly initial = computed(() => this.session.me()?.email.charAt(0).toUpperCase());

  protected skip(event: Event, main: HTMLElement): void {
    event.preventDefault();
    main.focus();
  }
}
