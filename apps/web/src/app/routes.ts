import { type Routes } from '@angular/router';

/** Every page, loaded when it is first visited. */
export const routes: Routes = [
  { path: '', pathMatch: 'full', redirectTo: 'catalog' },
  {
    path: 'catalog',
    title: $localize`:@@title.catalog:Catalog – Outhaul`,
    loadComponent: () => import('../catalog/catalog-page').then((m) => m.CatalogPage),
  },
  {
    path: 'catalog/:dataset',
    title: ({ params }) => `${params['dataset']} – Outhaul`,
    loadComponent: () => import('../catalog/catalog-page').then((m) => m.CatalogPage),
  },
  {
    path: 'catalog/:dataset/:table',
    title: ({ params }) => `${params['table']} – Outhaul`,
    loadComponent: () => import('../table/table-page').then((m) => m.TablePage),
  },
  {
    path: 'compose',
    title: $localize`:@@title.compose:New export – Outhaul`,
    loadComponent: () => import('../compose/compose-page').then((m) => m.ComposePage),
  },
  {
    path: 'exports',
    title: $localize`:@@title.exports:Exports – Outhaul`,
    loadComponent: () => import('../exports/exports-page').then((m) => m.ExportsPage),
  },
  {
    path: 'exports/:id',
    title: $localize`:@@title.export:Export – Outhaul`,
    loadComponent: () => import('../export/export-page').then((m) => m.ExportPage),
  },
  {
    path: 'sets',
    title: $localize`:@@title.sets:Bulk exports – Outhaul`,
    loadComponent: () => import('../sets/sets-page').then((m) => m.SetsPage),
  },
  {
    path: 'sets/new',
    title: $localize`:@@title.newSet:New bulk export – Outhaul`,
    loadComponent: () => import('../sets/new-set-page').then((m) => m.NewSetPage),
  },
  {
    path: 'sets/:id',
    title: $localize`:@@title.set:Bulk export – Outhaul`,
    loadComponent: () => import('../sets/set-page').then((m) => m.SetPage),
  },
  {
    path: 'insights',
    title: $localize`:@@title.insights:Insights – Outhaul`,
    loadComponent: () => import('../insights/insights-page').then((m) => m.InsightsPage),
  },
  {
    path: 'activity',
    title: $localize`:@@title.activity:Activity – Outhaul`,
    loadComponent: () => import('../activity/activity-page').then((m) => m.ActivityPage),
  },
  {
    path: 'access',
    title: $localize`:@@title.access:Access – Outhaul`,
    loadComponent: () => import('../access/access-page').then((m) => m.AccessPage),
  },
  {
    path: 'sign-in',
    title: $localize`:@@title.signIn:Sign in – Outhaul`,
    loadComponent: () => import('../session/sign-in-page').then((m) => m.SignInPage),
  },
  {
    path: '**',
    title: $localize`:@@title.notFound:Not found – Outhaul`,
    loadComponent: () => import('./not-found-page').then((m) => m.NotFoundPage),
  },
];
