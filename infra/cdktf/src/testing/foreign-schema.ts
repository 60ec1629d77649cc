import { type Block } from './provider-schema.js';

const block = (...attributes: [string, unknown, 'required' | 'computed' | ''][]): Block => ({
  blocks: [],
  attributes: attributes.map(([name, type, kind]) => ({
    name,
    type,
    required: kind === 'required',
    computed: kind === 'computed',
  })),
});

/**
 * Resources of providers whose schema no package here ships, from their documentation:
 * https://registry.terraform.io/providers/hashicorp/time/0.13.1/docs/resources/sleep
 * https://registry.terraform.io/providers/hashicorp/google-beta/6.50.0/docs/resources/google_project_service_identity
 */
export const foreignSchema: Readonly<Record<string, Block>> = {
  time_sleep: block(
    ['create_duration', 'string', ''],
    ['destroy_duration', 'string', ''],
    ['triggers', ['map', 'string'], ''],
    ['id', 'string', 'computed'],
  ),
  google_project_service_identity: block(
    ['project', 'string', ''],
    ['service', 'string', 'required'],
    ['email', 'string', 'computed'],
    ['member', 'string', 'computed'],
    ['id', 'string', 'computed'],
  ),
};
