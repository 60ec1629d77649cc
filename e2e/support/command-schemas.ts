import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';

const read = (path: string) =>
  JSON.parse(readFileSync(join(__dirname, '../..', path), 'utf8')) as object;
const commands = read('apps/cli/schemas/commands.json') as { $defs: Record<string, object> };
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema(read('apps/api/openapi.json'), 'openapi.json');
ajv.addSchema(commands, 'commands.json');

/** Commands that have a schema of what they write with --json. */
export const commandsWithSchema: readonly string[] = Object.keys(commands.$defs);

/** What is wrong with the lines of a command's output by its schema; an empty list when nothing is. */
export function schemaFaults(command: string, output: string): readonly unknown[] {
  const validate = ajv.getSchema(`commands.json#/$defs/${command}`);
  if (!validate) return [`there is no schema of ${command}`];
  const lines = output.split('\n').filter(Boolean);
  if (lines.length === 0) return ['there is no line'];
  return lines.flatMap((line) => (validate(JSON.parse(line)) ? [] : (validate.errors ?? [])));
}
