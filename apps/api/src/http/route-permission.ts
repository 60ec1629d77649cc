import { type Caller, type Permission } from '@outhaul/core';
import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { type OuthaulRequest } from './outhaul-request.js';

export const ROUTE_PERMISSION = 'outhaul:permission';

/** Names the permission a route needs; a route without one is refused. */
export const Requires = (permission: Permission): MethodDecorator & ClassDecorator =>
  SetMetadata(ROUTE_PERMISSION, permission);

/** A route that anyone may call, such as the health checks. */
export const Public = (): MethodDecorator & ClassDecorator =>
  SetMetadata(ROUTE_PERMISSION, 'public');

/** A route for whoever has signed in, whatever they may do. */
export const SignedIn = (): MethodDecorator & ClassDecorator =>
  SetMetadata(ROUTE_PERMISSION, 'signed-in');

export const TheCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<OuthaulRequest>();
  if (!caller) throw new Error('a public route has no caller');
  return caller;
});
