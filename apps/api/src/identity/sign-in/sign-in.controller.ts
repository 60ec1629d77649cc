import { AppError, type AuditEvent, type AuditSink } from '@outhaul/core';
import { Controller, Get, HttpCode, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type Response } from 'express';
import { type OuthaulRequest } from '../../http/outhaul-request.js';
import { EdgeError } from '../../http/problem.js';
import { Public } from '../../http/route-permission.js';
import { LOG, type Log } from '../../log.js';
import { AUDIT } from '../../tokens.js';
import { originOf } from '../record-decision.js';
import { SignInRefused } from './issuer.js';
import { ownOrigin, requireSameOrigin } from './own-origin.js';
import { returnPath } from './return-path.js';
import { type Session } from './session.js';
import { SIGN_IN, type SignIn } from './sign-in.js';

const callbackPath = '/auth/callback';

/** The console's sign-in: to the issuer, back from it, and out again. */
@Controller('auth')
@ApiExcludeController()
@Public()
export class SignInController {
  constructor(
    @Inject(SIGN_IN) private readonly signIn: SignIn | null,
    @Inject(LOG) private readonly log: Log,
    @Inject(AUDIT) private readonly audit: AuditSink,
  ) {}

  @Get('sign-in')
  async begin(
    @Req() request: OuthaulRequest,
    @Res() response: Response,
    @Query('returnTo') returnTo: unknown,
  ) {
    const { issuer, cookies, publicUrl } = this.parts();
    const { url, checks } = await issuer.begin(ownOrigin(request, publicUrl) + callbackPath);
    await cookies.writePending(request, { ...checks, returnTo: returnPath(returnTo) });
    response.setHeader('Cache-Control', 'no-store');
    response.redirect(302, url);
  }

  @Get('callback')
  async callback(@Req() request: OuthaulRequest, @Res() response: Response) {
    const { issuer, cookies, publicUrl, directory, nowMs } = this.parts();
    response.setHeader('Cache-Control', 'no-store');
    const pending = await cookies.takePending(request);
    try {
      if (!pending)
        throw new SignInRefused('stale', 'This sign-in was begun elsewhere or is over.');
      const origin = ownOrigin(request, publicUrl);
      const { email, name, ...tokens } = await issuer.finish(
        new URL(request.originalUrl, origin),
        pending,
      );
      const caller = await directory.callerOf(tokens.accessToken);
      if (caller.email !== email)
        throw new SignInRefused('refused', 'The access token is another person’s.');
      const now = nowMs();
      await cookies.write(request, { email, name, ...tokens, signedInAt: now, seenAt: now });
      this.record(request, { who: email, action: 'sign-in', decision: 'allow' });
      response.redirect(302, pending.returnTo);
    } catch (error) {
      const code = codeOf(error);
      this.record(request, {
        who: 'anonymous',
        action: 'sign-in',
        decision: 'deny',
        reason: code,
      });
      const query = new URLSearchParams({ error: code, returnTo: pending?.returnTo ?? '/' });
      response.redirect(302, `/sign-in?${query}`);
    }
  }

  /** Ends this session alone: the person's other browsers and commands stay signed in. */
  @Post('sign-out')
  @HttpCode(204)
  async signOut(@Req() request: OuthaulRequest, @Res({ passthrough: true }) response: Response) {
    await this.endSession(request, response, 'this session');
  }

  /**
   * Revokes the sign-in at the issuer, too. Google then ends all that the person has given to this client, so one of its
   * tokens is enough: https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke
   */
  @Post('sign-out-everywhere')
  @HttpCode(204)
  async signOutEverywhere(
    @Req() request: OuthaulRequest,
    @Res({ passthrough: true }) response: Response,
  ) {
    const session = await this.endSession(request, response, 'everywhere');
    if (!session) return;
    try {
      await this.parts().issuer.revoke(session.refreshToken ?? session.accessToken);
    } catch (error) {
      this.log.warn({ event: 'sign-out.not-revoked', err: error }, 'a sign-in was not revoked');
      throw new AppError(
        'upstream-unavailable',
        'You are signed out here, but the sign-in service could not be told to do so everywhere.',
        { fix: 'Remove the app in your account’s settings, or sign in and try again.' },
      );
    }
  }

  private async endSession(
    request: OuthaulRequest,
    response: Response,
    reason: string,
  ): Promise<Session | undefined> {
    const { cookies, publicUrl, directory } = this.parts();
    requireSameOrigin(request, publicUrl);
    response.setHeader('Cache-Control', 'no-store');
    const session = await cookies.read(request);
    if (!session) {
      await cookies.clear(request);
      return undefined;
    }
    await cookies.end(request, session);
    this.record(request, { who: session.email, action: 'sign-out', decision: 'allow', reason });
    directory.forget(session.accessToken);
    return session;
  }

  private record(
    request: OuthaulRequest,
    event: Pick<AuditEvent, 'who' | 'action' | 'decision' | 'reason'>,
  ): void {
    this.audit.note({ at: new Date().toISOString(), ...originOf(request), ...event });
  }

  private parts(): SignIn {
    if (this.signIn) return this.signIn;
    throw new EdgeError(
      'route-not-found',
      'Nobody signs in to this service with a browser.',
      'Set OUTHAUL_OIDC_CLIENT_ID and what belongs to it.',
    );
  }
}

/** What the console's sign-in page is told; it has a text for each. */
function codeOf(error: unknown): string {
  if (error instanceof SignInRefused) return error.code;
  if (error instanceof AppError)
    return error.code === 'unauthenticated' ? 'refused' : 'unavailable';
  return 'unavailable';
}
