import 'reflect-metadata';
import { permissions } from '@outhaul/core';
import { type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { AppModule, type Parts } from '../app.module.js';
import { ROUTE_PERMISSION } from '../http/route-permission.js';

interface Route {
  readonly name: string;
  readonly permission?: string;
}

/** Every route of the application, documented or not. */
function routesOf(parts: Parts): Route[] {
  const { controllers = [] } = AppModule.of(parts);
  return controllers.flatMap((controller) =>
    Object.entries(Object.getOwnPropertyDescriptors(controller.prototype as object))
      .filter(
        ([, { value }]) =>
          typeof value === 'function' && Reflect.hasMetadata(METHOD_METADATA, value),
      )
      .map(([name, { value }]) => ({
        name: `${Reflect.getMetadata(PATH_METADATA, controller) ?? ''} ${(controller as Type).name}.${name}`,
        permission:
          Reflect.getMetadata(ROUTE_PERMISSION, value) ??
          Reflect.getMetadata(ROUTE_PERMISSION, controller),
      })),
  );
}

const allowed: readonly string[] = [...permissions, 'public', 'signed-in'];

it.each([
  ['the public service', {} as Parts],
  ['the private worker', { worker: {} } as Parts],
])('names a permission for every route of %s', (_what, parts) => {
  const routes = routesOf(parts);
  expect(routes.length).toBeGreaterThan(3);
  expect(routes.filter(({ permission }) => !allowed.includes(permission ?? ''))).toEqual([]);
});

it('leaves few routes open, and these by name', () => {
  const open = routesOf({} as Parts).filter(({ permission }) => permission === 'public');
  expect(open.map(({ name }) => name).sort()).toEqual([
    '/ HealthController.alive',
    '/ HealthController.ready',
    'api/v1/schemas SchemaController.manifest',
    'api/v1/sign-in-options SignInOptionsController.getSignInOptions',
    'api/v1/signing-key SigningKeyController.getSigningKey',
    'auth SignInController.begin',
    'auth SignInController.callback',
    'auth SignInController.signOut',
    'auth SignInController.signOutEverywhere',
  ]);
});
