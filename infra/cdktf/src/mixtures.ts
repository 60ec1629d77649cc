import { domainMappingRegions } from './locations.js';
import { bucketNameOf } from './names.js';

interface Mixed {
  readonly project: string;
  readonly name: string;
  readonly region: string;
  readonly locations: readonly string[];
  readonly domain?: string;
  readonly door: { readonly kind: string };
  readonly signIn: { readonly browser?: object };
  readonly settings: Readonly<Record<string, string>>;
}

interface Refused {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Fields that are right each by itself and that Google, or the service, refuses together; any of them may be missing. */
export function mixturesRefused(given: unknown): readonly Refused[] {
  const config = given as Partial<Mixed> | undefined;
  if (typeof config !== 'object') return [];
  const refused: Refused[] = [];
  const { locations, door, domain, region } = config;
  if (Array.isArray(locations) && new Set(locations).size !== locations.length)
    refused.push({ path: ['locations'], message: 'names one twice' });
  refused.push(...namesTooLong(config));
  if (domain && region && !domainMappingRegions.includes(region))
    refused.push({
      path: ['domain'],
      message: `cannot be mapped in ${region}; Cloud Run maps names in ${domainMappingRegions.join(', ')}`,
    });
  if (door?.kind === 'machines' && config.signIn?.browser)
    refused.push({
      path: ['signIn', 'browser'],
      message: 'is of no use behind the door “machines”, which no browser passes; leave it out',
    });
  return refused;
}

/** https://cloud.google.com/storage/docs/buckets#naming */
const longestBucketName = 63;

function namesTooLong({ project, name = 'outhaul', locations }: Partial<Mixed>): Refused[] {
  if (!project || !Array.isArray(locations) || locations.some((each) => typeof each !== 'string'))
    return [];
  const parts = [...locations.map((location) => `files-${location}`), 'records', 'audit'];
  const longest = parts
    .map((part) => bucketNameOf({ project, name }, part))
    .sort((a, b) => b.length - a.length)[0] as string;
  if (longest.length <= longestBucketName) return [];
  const over = longest.length - longestBucketName;
  return [
    {
      path: ['name'],
      message: `makes a bucket name of ${longest.length} characters (${longest}); write a name of at most ${name.length - over}`,
    },
  ];
}
