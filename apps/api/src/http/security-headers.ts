import { type Response } from 'express';
import helmet from 'helmet';

const yearSeconds = 31_536_000;
/** Stands for an answer's nonce while the headers are worked out. */
const placeholder = 'the-nonce';

export type SetSecurityHeaders = (response: Response, nonce: string) => void;

/**
 * What helmet says for these options, asked once: its headers are the same for each answer but for the nonce, and its
 * chain of a dozen middlewares was a tenth of what an answer left behind in memory.
 */
export function securityHeaders(isHttps: boolean): SetSecurityHeaders {
  const fixed: [string, string][] = [];
  let policy: [string, string, string] | undefined;
  const recorder = {
    setHeader(name: string, value: string) {
      const [before, after] = value.split(placeholder);
      if (after === undefined) fixed.push([name.toLowerCase(), value]);
      else policy = [name.toLowerCase(), before ?? '', after];
    },
    removeHeader: () => undefined,
  };
  helmet(optionsOf(isHttps))({} as never, recorder as never, (error?: unknown) => {
    if (error) throw error;
  });
  const [name, before, after] = policy ?? missing();
  return (response, nonce) => {
    response.setHeader(name, before + nonce + after);
    for (const [each, value] of fixed) response.setHeader(each, value);
  };
}

/** No script but the console's own files; styles also with this answer's nonce, which Angular gives to its own. */
const optionsOf = (isHttps: boolean): Parameters<typeof helmet>[0] => ({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", `'nonce-${placeholder}'`],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      manifestSrc: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      baseUri: ["'self'"],
    },
  },
  referrerPolicy: { policy: 'no-referrer' },
  strictTransportSecurity: isHttps ? { maxAge: yearSeconds, includeSubDomains: false } : false,
});

function missing(): never {
  throw new Error('helmet has named no policy with a nonce');
}
