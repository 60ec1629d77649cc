import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  status,
} from '@grpc/grpc-js';
import { foreignSchema } from './foreign-schema.js';
import { field, message } from './protobuf.js';
import { type Block, type ProviderSchema } from './provider-schema.js';

const nesting = { single: 1, list: 2 };
const raw = (bytes: Buffer) => bytes;

interface Served {
  readonly resources: readonly string[];
  readonly dataSources: readonly string[];
}

/**
 * Speaks Terraform's provider protocol 5, so that the real `terraform` can check configurations against the provider's
 * schema without the provider: it validates, draws graphs and runs tests with mocked resources, and creates nothing.
 */
export class ProviderServer {
  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {}

  static async start(
    schema: ProviderSchema,
    served: Served,
    extra: Extra = {},
  ): Promise<ProviderServer> {
    const server = new Server({ 'grpc.max_send_message_length': -1 });
    const answers = {
      GetSchema: () => schemaAnswer(schema, served, extra),
      // The answer has the request's shape: the configuration as it is.
      PrepareProviderConfig: (request: Buffer) => request,
      ValidateResourceTypeConfig: nothing,
      ValidateDataSourceConfig: nothing,
      Configure: nothing,
      Stop: nothing,
    };
    const methods = Object.fromEntries(
      Object.keys(answers).map((name) => [
        name,
        {
          path: `/tfplugin5.Provider/${name}`,
          requestStream: false,
          responseStream: false,
          requestSerialize: raw,
          requestDeserialize: raw,
          responseSerialize: raw,
          responseDeserialize: raw,
        },
      ]),
    ) as ServiceDefinition;
    server.addService(
      methods,
      Object.fromEntries(
        Object.entries(answers).map(([name, answer]) => [
          name,
          (call: { request: Buffer }, done: sendUnaryData<Buffer>) => {
            try {
              done(null, Buffer.from(answer(call.request)));
            } catch (error) {
              done({ code: status.INTERNAL, message: String(error) });
            }
          },
        ]),
      ),
    );
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    return new ProviderServer(server, port);
  }

  /** What TF_REATTACH_PROVIDERS must hold, for the provider, its beta twin and that of pauses. */
  get reattach(): string {
    const here = {
      Protocol: 'grpc',
      ProtocolVersion: 5,
      Pid: process.pid,
      Test: true,
      Addr: { Network: 'tcp', String: `127.0.0.1:${this.port}` },
    };
    return JSON.stringify({
      'registry.terraform.io/hashicorp/google': here,
      'registry.terraform.io/hashicorp/google-beta': here,
      'registry.terraform.io/hashicorp/time': here,
    });
  }

  stop(): void {
    this.server.forceShutdown();
  }
}

/** Attributes that only the beta provider knows, by resource. */
type Extra = Readonly<Record<string, readonly { name: string; type: unknown }[]>>;

const nothing = () => Buffer.alloc(0);

function schemaAnswer(schema: ProviderSchema, { resources, dataSources }: Served, extra: Extra) {
  const entry = (number: number, name: string, block: Block) =>
    field.bytes(number, message(field.text(1, name), field.bytes(2, schemaOf(block))));
  const withExtra = (name: string): Block => {
    const block = foreignSchema[name] ?? schema.resource(name);
    const more = (extra[name] ?? []).map((each) => ({ ...each, required: false, computed: true }));
    return { ...block, attributes: [...block.attributes, ...more] };
  };
  return message(
    field.bytes(1, schemaOf(schema.provider())),
    ...resources.map((name) => entry(2, name, withExtra(name))),
    ...dataSources.map((name) => entry(3, name, schema.dataSource(name))),
  );
}

const schemaOf = (block: Block) => message(field.bytes(2, blockMessage(block)));

function blockMessage({ attributes, blocks }: Block): Uint8Array {
  return message(
    ...attributes.map(({ name, type, required, computed }) =>
      field.bytes(
        2,
        message(
          field.text(1, name),
          field.text(2, JSON.stringify(type)),
          field.flag(4, required),
          field.flag(5, !required),
          field.flag(6, computed),
        ),
      ),
    ),
    ...blocks.map(({ name, single, required, block }) =>
      field.bytes(
        3,
        message(
          field.text(1, name),
          field.bytes(2, blockMessage(block)),
          field.number(3, single ? nesting.single : nesting.list),
          field.number(4, required && !single ? 1 : 0),
        ),
      ),
    ),
  );
}
