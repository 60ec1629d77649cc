import { ChangeDetectionStrategy, Component } from '@angular/core';
import { RouterLink } from '@angular/router';

@Component({
  selector: 'outhaul-not-found-page',
  imports: [RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h1 i18n>There is no such page</h1>
    <p><a routerLink="/catalog" i18n>Go to the catalog</a></p>
  `,
})
export class NotFoundPage {}
