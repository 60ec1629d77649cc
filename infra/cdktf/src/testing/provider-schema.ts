import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A block of Terraform's configuration as a provider describes it. */
export interface Block {
  readonly attributes: readonly Attribute[];
  readonly blocks: readonly {
    readonly name: string;
    readonly single: boolean;
    readonly required: boolean;
    readonly block: Block;
  }[];
}
export interface Attribute {
  readonly name: string;
  /** Terraform's type, such as `"string"` or `["list","string"]`. */
  readonly type: unknown;
  readonly required: boolean;
  readonly computed: boolean;
}

interface JsiiType {
  readonly primitive?: string;
  readonly fqn?: string;
  readonly collection?: { readonly kind: 'array' | 'map'; readonly elementtype: JsiiType };
  readonly union?: { readonly types: readonly JsiiType[] };
}
interface JsiiProperty {
  readonly name: string;
  readonly optional?: boolean;
  readonly static?: boolean;
  readonly type: JsiiType;
  readonly docs?: { readonly remarks?: string; readonly summary?: string };
}
interface JsiiDeclaration {
  readonly kind: string;
  readonly fqn: string;
  readonly name: string;
  readonly base?: string;
  readonly properties?: readonly JsiiProperty[];
}

const packageName = '@cdktf/provider-google';

/**
 * The provider's schema out of the type description that its CDKTF package ships: names, types, and what is required,
 * for every resource and data source.
 */
export class ProviderSchema {
  private constructor(private readonly types: Readonly<Record<string, JsiiDeclaration>>) {}

  static read(): ProviderSchema {
    const file = createRequire(__filename).resolve(`${packageName}/.jsii`);
    const { types } = JSON.parse(readFileSync(file, 'utf8')) as {
      types: Record<string, JsiiDeclaration>;
    };
    return new ProviderSchema(types);
  }

  provider(): Block {
    return this.blockOf(`${packageName}.provider.GoogleProviderConfig`);
  }

  /** `name` is Terraform's, such as `google_storage_bucket`. */
  resource(name: string): Block {
    return this.declared('TerraformResource', name.replace(/^google_/, ''), '');
  }

  dataSource(name: string): Block {
    return this.declared('TerraformDataSource', name.replace(/^google_/, ''), 'DataGoogle');
  }

  private declared(base: string, name: string, prefix: string): Block {
    const className = (prefix + pascal(name)).toLowerCase();
    const found = Object.values(this.types).find(
      (each) => each.base === `cdktf.${base}` && each.name.toLowerCase() === className,
    );
    if (!found) throw new Error(`The provider has no ${base} google_${name}.`);
    const block = this.blockOf(`${found.fqn}Config`);
    const known = new Set([...block.attributes, ...block.blocks].map(({ name: each }) => each));
    const computed = (found.properties ?? [])
      .filter(({ static: isStatic, name: each }) => !isStatic && !each.endsWith('Input'))
      .map((property) => ({
        name: snake(property.name),
        type: computedType(property.type),
        required: false,
        computed: true,
      }))
      .filter(({ name: each, type }) => type !== undefined && !known.has(each));
    return { ...block, attributes: [...block.attributes, ...computed] };
  }

  private blockOf(fqn: string): Block {
    const attributes: Attribute[] = [];
    const blocks: Block['blocks'][number][] = [];
    for (const property of this.types[fqn]?.properties ?? []) {
      const name = documentedName(property);
      const required = !property.optional;
      const struct = this.structOf(property.type);
      if (struct)
        blocks.push({ name, single: name === 'timeouts', required, block: this.blockOf(struct) });
      else
        attributes.push({
          name,
          type: attributeType(property.type),
          required,
          computed: !required,
        });
    }
    return { attributes, blocks };
  }

  /** The struct that a property holds, alone or in a list. */
  private structOf({ fqn, union, collection }: JsiiType): string | undefined {
    if (fqn !== undefined) return fqn.startsWith(`${packageName}.`) ? fqn : undefined;
    if (collection) return this.structOf(collection.elementtype);
    return union?.types.map((each) => this.structOf(each)).find((each) => each !== undefined);
  }
}

function attributeType({ primitive, collection, union }: JsiiType): unknown {
  if (primitive === 'boolean') return 'bool';
  if (primitive) return primitive === 'any' ? 'dynamic' : primitive;
  if (collection)
    return [collection.kind === 'map' ? 'map' : 'list', attributeType(collection.elementtype)];
  const known = union?.types.find(({ fqn }) => fqn === undefined);
  return known ? attributeType(known) : 'dynamic';
}

/** Computed values that other resources may refer to; those of a shape of their own are left out. */
function computedType(type: JsiiType): unknown {
  if (type.primitive) return attributeType(type);
  if (type.fqn === 'cdktf.StringMap') return ['map', 'string'];
  if (type.collection && type.collection.elementtype.primitive) return attributeType(type);
  return undefined;
}

/** Terraform's name of a property stands at the end of the link to its documentation. */
function documentedName({ name, docs }: JsiiProperty): string {
  const link = /#([a-z0-9_]+) [A-Za-z0-9]+#\1\}/.exec(
    `${docs?.remarks ?? ''} ${docs?.summary ?? ''}`,
  );
  return link?.[1] ?? snake(name);
}

const snake = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const pascal = (name: string): string =>
  name.replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
