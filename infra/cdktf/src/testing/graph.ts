import { type Fields, type Synthesized } from './synth.js';

/** A resource or data source by the address that Terraform knows it by, such as `google_storage_bucket.files_1`. */
export interface Node {
  readonly address: string;
  readonly type: string;
  readonly fields: Fields;
}

/** What waits for what, as Terraform reads it: by `depends_on`, and by every value that is another's. */
export class Graph {
  private readonly nodes = new Map<string, Node>();
  private readonly edges = new Map<string, ReadonlySet<string>>();

  constructor(stack: Synthesized) {
    const add = (type: string, name: string, fields: Fields, prefix = '') => {
      const address = `${prefix}${type}.${name}`;
      this.nodes.set(address, { address, type, fields });
    };
    for (const [type, resources] of Object.entries(stack.resource))
      for (const [name, fields] of Object.entries(resources)) add(type, name, fields);
    for (const [type, sources] of Object.entries(stack.data ?? {}))
      for (const [name, fields] of Object.entries(sources)) add(type, name, fields, 'data.');
    for (const { address, fields } of this.nodes.values()) {
      const { lifecycle: _, '//': __, ...values } = fields;
      this.edges.set(address, new Set(referencesIn(values).filter((each) => this.nodes.has(each))));
    }
  }

  get all(): readonly Node[] {
    return [...this.nodes.values()];
  }

  ofType(type: RegExp): readonly Node[] {
    return this.all.filter((node) => type.test(node.type));
  }

  /** Everything that `from` waits for, at any distance. */
  behind(from: string): ReadonlySet<string> {
    const seen = new Set<string>();
    const queue = [...(this.edges.get(from) ?? [])];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push(...(this.edges.get(next) ?? []));
    }
    return seen;
  }

  /** Whether `from` waits for `to` with a pause between them. */
  waitsWithPause(from: string, to: string): boolean {
    return [...this.behind(from)].some(
      (address) => address.startsWith('time_sleep.') && this.behind(address).has(to),
    );
  }
}

/** Addresses that a value names, in expressions and in `depends_on`. */
export function referencesIn(value: unknown): readonly string[] {
  const text = JSON.stringify(value) ?? '';
  return [...text.matchAll(/(?:data\.)?\b(?:google_[a-z0-9_]+|time_sleep)\.[\w-]+/g)].map(
    ([address]) => address,
  );
}
