import { type Caller, type Permission } from '@outhaul/core';
import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { type OuthaulRequest } from './outhaul-request.js';

export const ROUTE_PERMISSION = 'outhaul:permission';
export type RoutePermission = Permission | 'public' | 'signed-in';

/** Names the permission a route needs; a route without one is refused. */
export const Requires = (permission: Permission): MethodDecorator & ClassDecorator =>
  naming(permission);

/** A route that anyone may call, such as the health checks. */
export const Public = (): MethodDecorator & ClassDecorator => naming('public');

/** A route for whoever has signed in, whatever they may do. */
export const SignedIn = (): MethodDecorator & ClassDecorator => naming('signed-in');

export const TheCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<OuthaulRequest>();
  if (!caller) throw new Error('a public route has no caller');
  return caller;
});

/** For the guard, and as `x-permission` in the API's description. On a class it is for the methods that name none. */
function naming(permission: RoutePermission) {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    const set = SetMetadata(ROUTE_PERMISSION, permission);
    const publish = ApiExtension('x-permission', permission);
    if (key !== undefined && descriptor) {
      set(target, key, descriptor);
      publish(target, key, descriptor);
      return;
    }
    set(target as never);
    const { prototype } = target as { prototype: object };
    for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      const isOwnRoute =
        name !== 'constructor' &&
        typeof member.value === 'function' &&
        Reflect.getMetadata(ROUTE_PERMISSION, member.value) === undefined;
      if (isOwnRoute) publish(prototype, name, member);
    }
  };
}
