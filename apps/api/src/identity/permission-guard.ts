import { AppError, type AuditSink, type Caller, isAppError, type Permission } from '@outhaul/core';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { CallerLimits } from '../http/caller-limits.js';
import { type OuthaulRequest } from '../http/outhaul-request.js';
import { ROUTE_PERMISSION } from '../http/route-permission.js';
import { type Config } from '../config.js';
import { AUDIT, CONFIG } from '../tokens.js';
import { AUTHENTICATOR, type Authenticator } from './authenticator.js';
import { originOf, recordDecision, recordRefusal } from './record-decision.js';

/** Lets a request through only when its caller holds the permission that the route names. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    @Inject(AUDIT) private readonly audit: AuditSink,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(CallerLimits) private readonly limits: CallerLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const needed = this.reflector.getAllAndOverride<
      Permission | 'public' | 'signed-in' | undefined
    >(ROUTE_PERMISSION, [context.getHandler(), context.getClass()]);
    if (needed === 'public') return true;
    const request = context.switchToHttp().getRequest<OuthaulRequest>();
    const to = {
      needed: needed ?? 'none',
      audit: this.audit,
      projectId: this.config.projectId,
    };
    try {
      await this.admit(request, needed);
    } catch (error) {
      recordRefusal(request, error, to);
      throw error;
    }
    recordDecision(request, to);
    return true;
  }

  /** Finds out who calls; throws when they may not. */
  private async admit(request: OuthaulRequest, needed?: Permission | 'signed-in'): Promise<void> {
    const caller = await this.known(request);
    request.caller = { ...caller, origin: originOf(request) };
    await this.limits.countRequest(caller.email, request.res);
    if (needed === 'signed-in' || (needed !== undefined && caller.permissions.has(needed))) return;
    throw new AppError(
      'permission-denied',
      `This needs the permission ${needed ?? '(none is named)'} in Outhaul.`,
      { permission: needed },
    );
  }

  /** Who calls; those who do not prove it are counted by their address. */
  private async known(request: OuthaulRequest): Promise<Caller> {
    try {
      return await this.authenticator.authenticate(request);
    } catch (error) {
      if (isAppError(error, 'unauthenticated'))
        await this.limits.countRequest(`address ${request.address}`, request.res);
      throw error;
    }
  }
}
