import { ChangeDetectionStrategy, Component } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { EmptyState } from '../ui/empty-state';

@Component({
  selector: 'outhaul-not-found-page',
  imports: [EmptyState, MatButton, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h1 class="unseen" i18n="@@notFound.heading">Not found</h1>
    <outhaul-empty-state icon="search" title="There is no such page" i18n-title="@@notFound.title">
      <p i18n="@@notFound.why">The address may be mistyped, or the page has moved.</p>
      <a matButton="tonal" routerLink="/catalog" i18n="@@notFound.catalog">Go to the catalog</a>
    </outhaul-empty-state>
  `,
})
export class NotFoundPage {}
