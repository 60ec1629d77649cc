import { z } from 'zod';

export const signInOptionsSchema = z.object({
  auth: z
    .enum(['google', 'service-account'])
    .describe('`service-account` = no sign-in: everyone acts as the service.'),
  issuer: z.url().optional().describe('The OpenID provider. Absent = no sign-in by a command.'),
  clientId: z.string().optional(),
  clientSecret: z.string().optional().describe('Of a desktop app: not confidential.'),
  scopes: z.string().optional(),
});
