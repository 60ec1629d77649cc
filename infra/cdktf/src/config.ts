import { z } from 'zod';

const email = z.string().regex(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, 'is no e-mail address');
const member = z.string().regex(/^(user|group|serviceAccount|domain|principal|principalSet):\S+$/, {
  error: 'names no IAM member; write user:…, group:…, serviceAccount:…, domain:… or principalSet:…',
});
const days = (fallback: number, least: number, most: number) =>
  z.int().min(least).max(most).default(fallback);
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
    .refine((value) => value.minInstances <= value.maxInstances, {
      path: ['minInstances'],
      error: 'is more than maxInstances',
    });

const secretName = z
  .string()
  .regex(/^[A-Za-z][\w-]{0,254}$/, 'is no name of a secret; the value itself must not stand here');

const digest = /^[a-z0-9.-]+\/[a-z0-9-]+\/[a-z0-9-]+\/[a-z0-9-]+@sha256:[0-9a-f]{64}$/;

/** One deployment. Every field is described in docs/deploy.md. */
const schema = z
  .strictObject({
    project: z.string().regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, 'is no project id'),
    environment: z.enum(['dev', 'prod']),
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{2,15}$/, 'is no name; 3 to 16 of a-z, 0-9 and -')
      .default('outhaul'),
    region: z.string().regex(/^[a-z]+-[a-z]+\d$/, 'is no region, such as europe-west1'),
    image: z.string().regex(digest, 'must name the image by its digest: …@sha256:…'),
    state: z.strictObject({
      bucket: z.string().min(3),
      prefix: z.string().min(1).default('outhaul'),
    }),
    locations: z
      .array(z.string().regex(/^([A-Z]{2,4}|[a-z]+-[a-z]+\d)$/, 'is no BigQuery location'))
      .min(1, 'names no location'),
    access: z.strictObject({
      viewers: z.array(member).default([]),
      exporters: z.array(member).default([]),
      admins: z.array(member).min(1, 'names no admin: nobody could mend anything'),
      openToInternet: z.boolean().default(false),
      invokers: z.array(member).default([]),
    }),
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
    schedules: z
      .strictObject({
        datasets: z
          .array(z.string().regex(/^[a-z][a-z0-9-]+\.[A-Za-z0-9_]+$/, 'is no project.dataset'))
          .default([]),
      })
      .prefault({}),
    service: size('1', '512Mi', 0, 10),
    worker: size('1', '512Mi', 0, 5),
    retention: z
      .strictObject({
        filesDays: days(7, 1, 3_650),
        recordsDays: days(400, 1, 3_650),
        auditDays: days(400, 30, 3_650),
        lockAudit: z.boolean().default(true),
      })
      .prefault({}),
    encryption: z.strictObject({ rotationDays: days(90, 1, 730) }).optional(),
    iap: z.strictObject({ members: z.array(member).min(1, 'names nobody') }).optional(),
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
        currency: z.string().length(3).default('USD'),
      })
      .optional(),
    traces: z.boolean().default(false),
    alerts: z.strictObject({
      emails: z.array(email).min(1, 'names nobody: alerts would reach no one'),
      runbooks: z.url({ protocol: /^https$/, error: 'is no https address' }),
      billedTibPerDay: z.number().positive().default(5),
    }),
    delivery: z
      .strictObject({
        repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'is no owner/name'),
        branch: z.string().min(1).default('main'),
      })
      .optional(),
  })
  .superRefine((config, { addIssue }) => {
    const refuse = (path: PropertyKey[], message: string) =>
      addIssue({ code: 'custom', path, message });
    const doors = [config.access.openToInternet, !!config.iap, config.access.invokers.length > 0];
    if (doors.filter(Boolean).length !== 1)
      refuse(
        ['access'],
        'must say how the service is reached, in one way: iap, openToInternet or invokers',
      );
    if (config.access.invokers.some((each) => /^(allUsers|domain:)/.test(each)))
      refuse(['access', 'invokers'], 'may not hold whole domains; use groups');
    if (new Set(config.locations).size !== config.locations.length)
      refuse(['locations'], 'names one twice');
    if (config.environment === 'prod' && !config.retention.lockAudit)
      refuse(['retention', 'lockAudit'], 'must be true in prod');
    if (config.environment === 'prod' && config.access.openToInternet && !config.domain)
      refuse(['domain'], 'is needed in prod when the service is open to the internet');
  });

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
