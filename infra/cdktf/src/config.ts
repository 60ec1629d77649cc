import { z } from 'zod';
import { doorSchema } from './door.js';
import {
  dataMultiRegions,
  imageMultiRegions,
  nearest,
  runRegions,
  storageMultiRegions,
} from './locations.js';
import { mixturesRefused } from './mixtures.js';
import { memoryFault } from './size-limits.js';
import { tunableSettings } from './tunable-settings.js';

const email = z.string().regex(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, 'is no e-mail address');
export const member = z
  .string()
  .regex(/^(user|group|serviceAccount|domain|principal|principalSet):\S+$/, {
    error:
      'names no IAM member; write user:…, group:…, serviceAccount:…, domain:… or principalSet:…',
  });
const days = (fallback: number, min: number, max: number) =>
  z.int().min(min).max(max).default(fallback);
const oneOf = (kind: string, known: readonly string[]) =>
  z.string().refine((text) => known.includes(text), {
    error: ({ input }) => `is no ${kind}; near to it: ${nearest(String(input), known)}`,
  });

const size = (cpu: string, memory: string, minInstances: number, maxInstances: number) =>
  z
    .strictObject({
      cpu: z.enum(['1', '2', '4', '8']).default(cpu as '1'),
      memory: z
        .string()
        .regex(/^\d+(Mi|Gi)$/, 'is no size; write 512Mi or 1Gi')
        .default(memory),
      minInstances: z.int().min(0).max(100).default(minInstances),
      maxInstances: z.int().min(1).max(1_000).default(maxInstances),
    })
    .prefault({})
    .superRefine((value, { addIssue }) => {
      if (value.minInstances > value.maxInstances)
        addIssue({ code: 'custom', path: ['minInstances'], message: 'is more than maxInstances' });
      const fault = memoryFault(value.cpu, value.memory);
      if (fault) addIssue({ code: 'custom', path: ['memory'], message: fault });
    });

const secretName = z
  .string()
  .regex(/^[A-Za-z][\w-]{0,254}$/, 'is no name of a secret; the value itself must not be here');

const digest = /^[a-z0-9.-]+\/[a-z0-9:.-]+\/[a-z0-9-]+\/[a-z0-9-]+@sha256:[0-9a-f]{64}$/;

/** One deployment. Every field is described in docs/deploy.md. */
const schema = z
  .strictObject({
    project: z.string().regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, 'is no project id'),
    environment: z.enum(['dev', 'prod']),
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{1,14}[a-z0-9]$/, 'is no name; 3 to 16 of a-z, 0-9 and -')
      .default('outhaul'),
    region: oneOf('region of Cloud Run', runRegions),
    image: z.string().regex(digest, 'must name the image by its digest: …@sha256:…'),
    state: z.strictObject({
      bucket: z.string().min(3),
      prefix: z.string().min(1).default('outhaul'),
    }),
    locations: z
      .array(oneOf('location of BigQuery', [...dataMultiRegions, ...runRegions]))
      .min(1, 'names no location'),
    recordsLocation: oneOf('location of Cloud Storage', [
      ...storageMultiRegions,
      ...runRegions,
    ]).optional(),
    imagesLocation: oneOf('location of Artifact Registry', [
      ...imageMultiRegions,
      ...runRegions,
    ]).optional(),
    access: z.strictObject({
      viewers: z.array(member).default([]),
      exporters: z.array(member).default([]),
      admins: z.array(member).min(1, 'names no admin: no one could fix anything'),
    }),
    door: doorSchema(member),
    signIn: z.strictObject({
      clientIds: z.array(z.string().min(3)).min(1, 'names no OAuth client'),
      // Names of secrets in Secret Manager; their values never come here, nor into Terraform's state.
      browser: z
        .strictObject({
          clientId: z.string().min(3),
          clientSecret: secretName,
          sessionSecrets: secretName,
          issuer: z.url({ protocol: /^https$/, error: 'is no https address' }).optional(),
        })
        .optional(),
      // The OAuth client of `outhaul login`, of the kind “desktop app”.
      command: z.strictObject({ clientId: z.string().min(3), clientSecret: secretName }).optional(),
      maskKey: secretName.optional(),
    }),
    service: size('1', '512Mi', 0, 10),
    worker: size('1', '512Mi', 0, 5),
    settings: z
      .record(z.string(), z.union([z.string(), z.number()]).transform(String))
      .default({})
      .superRefine((settings, { addIssue }) => {
        for (const name of Object.keys(settings))
          if (!tunableSettings.includes(name))
            addIssue({
              code: 'custom',
              path: [name],
              message: `is not for you to set here; these are: ${tunableSettings.join(', ')}`,
            });
      }),
    retention: z
      .strictObject({
        filesDays: days(7, 1, 3_650),
        recordsDays: days(400, 1, 3_650),
        auditDays: days(400, 30, 3_650),
        lockAudit: z.boolean().default(false),
      })
      .prefault({}),
    protect: z.boolean().default(false),
    encryption: z.strictObject({ rotationDays: days(90, 1, 730) }).optional(),
    signing: z.strictObject({ keyVersion: z.int().min(1).default(1) }).optional(),
    domain: z
      .string()
      .regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, 'is no domain name')
      .optional(),
    network: z
      .strictObject({
        network: z.string().min(1),
        subnetwork: z.string().min(1),
        egress: z.enum(['private-ranges', 'all']).default('private-ranges'),
      })
      .optional(),
    budget: z
      .strictObject({
        billingAccount: z.string().regex(/^[0-9A-F]{6}(-[0-9A-F]{6}){2}$/, 'is no billing account'),
        monthlyAmount: z.int().min(1),
        currency: z
          .string()
          .regex(/^[A-Z]{3}$/, 'is no currency; write that of the billing account, such as EUR')
          .default('USD'),
      })
      .optional(),
    traces: z.boolean().default(false),
    alerts: z.strictObject({
      emails: z.array(email).min(1, 'names no one: alerts would reach no one'),
      runbooks: z.url({ protocol: /^https$/, error: 'is no https address' }),
      billedTibPerDay: z.number().positive().default(5),
    }),
    delivery: z
      .strictObject({
        repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'is no owner/name'),
        repositoryId: z
          .string()
          .regex(/^\d+$/, 'is no number; ask: gh api repos/OWNER/NAME --jq .id'),
        branch: z.string().min(1).default('main'),
      })
      .optional(),
  })
  .superRefine(
    (config, { addIssue }) => {
      for (const { path, message } of mixturesRefused(config))
        addIssue({ code: 'custom', path: [...path], message });
    },
    // Also beside faults of single fields: all of them are named at once.
    { when: () => true },
  );

export type StackConfig = z.infer<typeof schema>;
/** What a configuration file may say; the rest has defaults. */
export type StackSettings = z.input<typeof schema>;

/** Checks a configuration; names every fault at once, by its place and what would be right. */
export function parseStackConfig(input: unknown): StackConfig {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    ({ path, message }) => `  ${path.join('.') || '(whole)'}: ${message}`,
  );
  throw new Error(`The stack's configuration has faults:\n${faults.join('\n')}`);
}
