import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  signal,
  untracked,
} from '@angular/core';
import { Router } from '@angular/router';
import { CatalogIndex } from '../catalog/catalog-index';
import { matchNames } from '../catalog/match-names';
import { Session } from '../session/session';
import { Icon } from '../ui/icon';
import { type IconName } from '../ui/icon-paths';
import { Modal } from '../ui/modal';
import { Navigation } from './navigation';
import { Shortcuts } from './shortcuts';
import { ThemeChoice } from './theme-choice';

interface Entry {
  readonly name: string;
  readonly text: string;
  readonly hint: string;
  readonly icon: IconName;
  readonly run: () => unknown;
}

const shownAtMost = 50;

/** Finds tables, pages and actions by name. */
@Component({
  selector: 'outhaul-command-palette',
  imports: [Icon, Modal],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './command-palette.html',
  styleUrl: './command-palette.scss',
})
export class CommandPalette {
  protected readonly shortcuts = inject(Shortcuts);
  private readonly router = inject(Router);
  private readonly navigation = inject(Navigation);
  private readonly catalog = inject(CatalogIndex);
  private readonly session = inject(Session);
  private readonly theme = inject(ThemeChoice);
  protected readonly search = signal('');
  protected readonly active = signal(0);

  private readonly actions = computed<readonly Entry[]>(() => [
    ...this.navigation.destinations().map(({ name, path, icon }) => ({
      name: name.toLowerCase(),
      text: name,
      hint: $localize`:@@palette.page:Page`,
      icon,
      run: () => this.router.navigateByUrl(path),
    })),
    {
      name: 'theme dark light',
      text: $localize`:@@palette.theme:Change the theme`,
      hint: $localize`:@@palette.action:Action`,
      icon: 'moon',
      run: () => this.theme.next(),
    },
    {
      name: 'help keys shortcuts',
      text: $localize`:@@palette.help:Keys and help`,
      hint: $localize`:@@palette.action:Action`,
      icon: 'help',
      run: () => this.shortcuts.helpOpen.set(true),
    },
  ]);

  private readonly tables = computed<readonly Entry[]>(() =>
    this.catalog
      .datasets()()
      .items.flatMap(({ dataset }) => this.tablesOf(dataset)),
  );

  protected readonly found = computed(() => {
    const search = this.search();
    const tables = matchNames(this.tables(), search);
    const actions = matchNames(this.actions(), search);
    return (search.trim() ? [...tables, ...actions] : [...actions, ...tables]).slice(
      0,
      shownAtMost,
    );
  });

  constructor() {
    effect(() => {
      if (this.shortcuts.paletteOpen()) untracked(() => this.search.set(''));
    });
    effect(() => {
      this.search();
      untracked(() => this.active.set(0));
    });
  }

  protected onKey(event: KeyboardEvent): void {
    const count = this.found().length;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : count - 1;
      this.active.update((at) => (count === 0 ? 0 : (at + step) % count));
      setTimeout(() =>
        document.getElementById(`palette-${this.active()}`)?.scrollIntoView({ block: 'nearest' }),
      );
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const entry = this.found()[this.active()];
      if (entry) this.choose(entry);
    }
  }

  protected choose(entry: Entry): void {
    this.shortcuts.paletteOpen.set(false);
    entry.run();
  }

  private tablesOf(dataset: string): readonly Entry[] {
    return this.catalog
      .tables(dataset)()
      .items.map(({ ref, kind }) => ({
        name: `${ref.table.toLowerCase()}.${dataset.toLowerCase()}`,
        text: ref.table,
        hint: dataset,
        icon: kind === 'view' || kind === 'materialized-view' ? 'view' : 'table',
        run: () => this.router.navigate(['/catalog', dataset, ref.table]),
      }));
  }
}
