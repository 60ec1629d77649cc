import { provideZonelessChangeDetection } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { provideRouter, withComponentInputBinding } from '@angular/router';
import { Shell } from './app/shell';
import { routes } from './app/routes';

bootstrapApplication(Shell, {
  providers: [provideZonelessChangeDetection(), provideRouter(routes, withComponentInputBinding())],
}).catch((error: unknown) => {
  document.body.textContent = `Outhaul could not start: ${String(error)}`;
});
