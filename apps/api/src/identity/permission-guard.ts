import { AppError, type Permission } from '@outhaul/core';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type OuthaulRequest } from '../http/outhaul-request.js';
import { ROUTE_PERMISSION } from '../http/route-permission.js';
import { AUTHENTICATOR, type Authenticator } from './authenticator.js';

/** Lets a request through only when its caller holds the permission that the route names. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const needed = this.reflector.getAllAndOverride<
      Permission | 'public' | 'signed-in' | undefined
    >(ROUTE_PERMISSION, [context.getHandler(), context.getClass()]);
    if (needed === 'public') return true;
    const request = context.switchToHttp().getRequest<OuthaulRequest>();
    request.caller = await this.authenticator.authenticate(request);
    if (needed === 'signed-in') return true;
    if (needed !== undefined && request.caller.permissions.has(needed)) return true;
    throw new AppError(
      'permission-denied',
      `This needs the permission ${needed ?? '(none is named)'} in Outhaul.`,
      {
        permission: needed,
      },
    );
  }
}
