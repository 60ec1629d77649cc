import { type Routes } from '@angular/router';

/** Every page, loaded when it is first visited. */
export const routes: Routes = [
  { path: '', pathMatch: 'full', redirectTo: 'catalog' },
  {
    path: 'catalog',
    title: 'Catalog – Outhaul',
    loadComponent: () => import('../catalog/catalog-page').then((m) => m.CatalogPage),
  },
  {
    path: 'catalog/:dataset',
    title: 'Catalog – Outhaul',
    loadComponent: () => import('../catalog/catalog-page').then((m) => m.CatalogPage),
  },
  {
    path: 'catalog/:dataset/:table',
    title: 'Table – Outhaul',
    loadComponent: () => import('../table/table-page').then((m) => m.TablePage),
  },
  {
    path: 'exports',
    title: 'Exports – Outhaul',
    loadComponent: () => import('../exports/exports-page').then((m) => m.ExportsPage),
  },
  {
    path: 'exports/:id',
    title: 'Export – Outhaul',
    loadComponent: () => import('../export/export-page').then((m) => m.ExportPage),
  },
  {
    path: '**',
    title: 'Not found – Outhaul',
    loadComponent: () => import('./not-found-page').then((m) => m.NotFoundPage),
  },
];
