import { z } from 'zod';

/**
 * How the public service is reached. `sign-in`: from everywhere, and everyone signs in to Outhaul. `iap`: through the
 * Identity-Aware Proxy. `machines`: by programs with Google ID tokens; no browser gets through Cloud Run's own check.
 */
export const doorSchema = (member: z.ZodString) =>
  z
    .discriminatedUnion(
      'kind',
      [
        z.strictObject({ kind: z.literal('sign-in') }),
        z.strictObject({
          kind: z.literal('iap'),
          members: z.array(member).min(1, 'names no one'),
        }),
        z.strictObject({
          kind: z.literal('machines'),
          invokers: z
            .array(
              member.regex(
                /^(?!domain:)/,
                'may not be a whole domain; write serviceAccount:… or group:…',
              ),
            )
            .min(1, 'names no one'),
        }),
      ],
      { error: 'is no door; write {"kind": "sign-in"}, "iap" or "machines"' },
    )
    .default({ kind: 'sign-in' });
