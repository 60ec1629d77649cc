import { notImplemented } from '../http/cloud-error.js';
import { type ResourceName } from './caller.js';

/** A condition of an IAM binding, in Google's CEL. */
export interface IamCondition {
  readonly title?: string;
  readonly description?: string;
  readonly expression: string;
}

/** What a condition looks at. */
export interface AccessQuestion {
  readonly permission: string;
  readonly resource: ResourceName;
  readonly nowMs: number;
}

type Value = string | boolean | number;
type Term = (question: AccessQuestion) => Value;

const listPrefixAttribute = 'storage.googleapis.com/objectListPrefix';

/**
 * Compiles the part of CEL that conditions of Storage and BigQuery use: `resource.name`, `.type`, `.service` with
 * `startsWith`, `endsWith`, `==`; `request.time` compared with `timestamp("…")`; the list prefix of Storage; `&&`, `||`,
 * `!` and brackets. 501 for anything else: it is never taken as true or false.
 */
export function compileCondition(expression: string): (question: AccessQuestion) => boolean {
  const tokens = expression.match(tokenPattern) ?? [];
  if (tokens.join('') !== expression.replace(blanksOutsideTexts, '$1'))
    throw unsupported(expression);
  const reader = new ConditionReader(tokens, expression);
  const term = reader.readOr();
  reader.requireEnd();
  return (question) => term(question) === true;
}

const tokenPattern =
  /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|&&|\|\||[!=<>]=|[A-Za-z_][\w.]*|[()!,<>.]/g;
const blanksOutsideTexts = /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\s+/g;

class ConditionReader {
  #position = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly expression: string,
  ) {}

  readOr(): Term {
    return this.#readChain('||', () => this.#readAnd());
  }

  requireEnd(): void {
    if (this.#position !== this.tokens.length) throw unsupported(this.expression);
  }

  #readAnd(): Term {
    return this.#readChain('&&', () => this.#readComparison());
  }

  #readChain(operator: '||' | '&&', readOperand: () => Term): Term {
    const operands = [readOperand()];
    while (this.#take(operator)) operands.push(readOperand());
    if (operands.length === 1) return operands[0] as Term;
    return (question) =>
      operator === '||'
        ? operands.some((operand) => operand(question) === true)
        : operands.every((operand) => operand(question) === true);
  }

  #readComparison(): Term {
    if (this.#take('!')) {
      const operand = this.#readComparison();
      return (question) => operand(question) !== true;
    }
    const left = this.#readOperand();
    const operator = ['==', '!=', '<=', '>=', '<', '>'].find((each) => this.#take(each));
    if (operator === undefined) return left;
    const right = this.#readOperand();
    return (question) => compare(left(question), operator, right(question));
  }

  #readOperand(): Term {
    if (this.#take('(')) {
      const inner = this.readOr();
      this.#require(')');
      return inner;
    }
    const token = this.#next();
    if (/^["']/.test(token)) return constant(textOf(token));
    if (token === 'true' || token === 'false') return constant(token === 'true');
    if (token === 'timestamp') return constant(this.#readTimestamp());
    if (token === 'request.time') return ({ nowMs }) => nowMs;
    if (token === 'api.getAttribute') return this.#withMethod(this.#readAttribute());
    const [, property, method] = /^resource\.(name|type|service)(?:\.(\w+))?$/.exec(token) ?? [];
    if (property === undefined) throw unsupported(this.expression);
    const value: Term = (question) => describeResource(question)[property as 'name'];
    return method === undefined ? value : this.#callMethod(value, method);
  }

  #withMethod(value: Term): Term {
    if (!this.#take('.')) return value;
    return this.#callMethod(value, this.#next());
  }

  #callMethod(value: Term, method: string): Term {
    this.#require('(');
    const argument = textOf(this.#next());
    this.#require(')');
    if (method === 'startsWith') return (question) => String(value(question)).startsWith(argument);
    if (method === 'endsWith') return (question) => String(value(question)).endsWith(argument);
    throw unsupported(this.expression);
  }

  #readAttribute(): Term {
    this.#require('(');
    const name = textOf(this.#next());
    this.#require(',');
    const otherwise = textOf(this.#next());
    this.#require(')');
    if (name !== listPrefixAttribute) throw unsupported(this.expression);
    return (question) => describeResource(question).listPrefix ?? otherwise;
  }

  #readTimestamp(): number {
    this.#require('(');
    const instant = Date.parse(textOf(this.#next()));
    this.#require(')');
    if (Number.isNaN(instant)) throw unsupported(this.expression);
    return instant;
  }

  #take(token: string): boolean {
    if (this.tokens[this.#position] !== token) return false;
    this.#position++;
    return true;
  }

  #next(): string {
    const token = this.tokens[this.#position++];
    if (token === undefined) throw unsupported(this.expression);
    return token;
  }

  #require(token: string): void {
    if (!this.#take(token)) throw unsupported(this.expression);
  }
}

const constant =
  (value: Value): Term =>
  () =>
    value;

function compare(left: Value, operator: string, right: Value): boolean {
  switch (operator) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    default:
      return left >= right;
  }
}

/** The resource as conditions see it: a list call looks at its bucket, and tells the prefix in an attribute. */
function describeResource({ permission, resource }: AccessQuestion): {
  readonly name: string;
  readonly type: string;
  readonly service: string;
  readonly listPrefix?: string;
} {
  const [, bucket, object] = /^buckets\/([^/]+)(?:\/objects\/(.*))?$/s.exec(resource) ?? [];
  if (bucket !== undefined) {
    const isList = permission === 'storage.objects.list';
    const isObject = object !== undefined && !isList;
    return {
      name: `projects/_/buckets/${bucket}${isObject ? `/objects/${object}` : ''}`,
      type: `storage.googleapis.com/${isObject ? 'Object' : 'Bucket'}`,
      service: 'storage.googleapis.com',
      ...(isList ? { listPrefix: object ?? '' } : {}),
    };
  }
  const isBigQuery = /\/datasets\//.test(resource);
  const kind = resource.includes('/tables/') ? 'Table' : 'Dataset';
  return {
    name: resource,
    type: isBigQuery
      ? `bigquery.googleapis.com/${kind}`
      : 'cloudresourcemanager.googleapis.com/Project',
    service: isBigQuery ? 'bigquery.googleapis.com' : 'cloudresourcemanager.googleapis.com',
  };
}

const textOf = (token: string): string =>
  /^["']/.test(token) ? token.slice(1, -1).replace(/\\(.)/g, '$1') : token;

const unsupported = (expression: string) =>
  notImplemented(`the IAM condition ${expression.slice(0, 200)}`);
