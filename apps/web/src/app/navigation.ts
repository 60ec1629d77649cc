import { computed, inject, Injectable } from '@angular/core';
import { Session } from '../session/session';
import { type IconName } from '../ui/icon-paths';

export interface Destination {
  readonly path: string;
  readonly name: string;
  readonly icon: IconName;
  /** The second key after `g`. */
  readonly key: string;
}

interface Guarded extends Destination {
  readonly permission?: string;
}

/** Where one can go, by what one may do. */
@Injectable({ providedIn: 'root' })
export class Navigation {
  private readonly session = inject(Session);
  private readonly all: readonly Guarded[] = [
    { path: '/catalog', name: $localize`:@@nav.catalog:Catalog`, icon: 'database', key: 'c' },
    {
      path: '/compose',
      name: $localize`:@@nav.compose:New export`,
      icon: 'export',
      key: 'n',
      permission: 'exports.create',
    },
    { path: '/exports', name: $localize`:@@nav.exports:Exports`, icon: 'archive', key: 'e' },
    {
      path: '/sets',
      name: $localize`:@@nav.sets:Bulk`,
      icon: 'board',
      key: 'b',
      permission: 'exports.create',
    },
    {
      path: '/insights',
      name: $localize`:@@nav.insights:Insights`,
      icon: 'chart',
      key: 'i',
      permission: 'exports.readAll',
    },
    {
      path: '/activity',
      name: $localize`:@@nav.activity:Activity`,
      icon: 'activity',
      key: 'a',
      permission: 'activity.read',
    },
    {
      path: '/access',
      name: $localize`:@@nav.access:Access`,
      icon: 'shield',
      key: 'w',
      permission: 'access.read',
    },
  ];
  readonly destinations = computed<readonly Destination[]>(() =>
    this.all.filter(({ permission }) => !permission || this.session.can(permission)),
  );
}
