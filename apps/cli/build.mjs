import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { relative } from 'node:path';
import { bundle } from '../../tools/bundle.mjs';

/** Without an ending: `.mjs` would make an ES module of what goes by this name. */
const nameOf = (file) => relative('.', file).replaceAll('.', '-');

/**
 * Node's own modules without the facade that `import` makes of them, and without the copy of it that a bundle makes of
 * what was required: to fill either, Node loads all that they can offer, such as streams and watchers for `node:fs`.
 */
const bareBuiltins = {
  name: 'bare-builtins',
  setup({ onResolve, onLoad }) {
    // One for each file that asks: shared ones would lie in chunks of their own, and each chunk is a file to open.
    onResolve({ filter: /^[a-z]/ }, ({ path, kind, importer }) => {
      if (!isBuiltin(path) || kind === 'dynamic-import') return undefined;
      const way = kind === 'import-statement' ? 'imported' : 'required';
      return { path: `${path} for ${nameOf(importer)}`, namespace: `bare-builtin-${way}` };
    });
    onLoad({ filter: /./, namespace: 'bare-builtin-imported' }, ({ path }) => ({
      contents: importedBuiltin(path.split(' ')[0]),
    }));
    onLoad({ filter: /./, namespace: 'bare-builtin-required' }, ({ path }) => ({
      contents: `module.exports = ${builtin(path.split(' ')[0])};`,
    }));
  },
};

/** Each name by itself, so that only those that are used stay in the bundle, and are looked up. */
function importedBuiltin(id) {
  const isName = (key) => /^[a-zA-Z_$][\w$]*$/.test(key) && key !== 'default';
  return [
    `const bare = /* @__PURE__ */ (() => ${builtin(id)})();`,
    'const of = (name) => bare[name];',
    ...Object.keys(process.getBuiltinModule(id))
      .filter(isName)
      .map((key) => `export const ${key} = /* @__PURE__ */ of('${key}');`),
    'export default bare;',
  ].join('\n');
}

/** Commander never starts a process here: the module for it is loaded by whoever does. */
function builtin(id) {
  const load = `process.getBuiltinModule(${JSON.stringify(id)})`;
  return /^(node:)?child_process$/.test(id)
    ? `new Proxy({}, { get: (_, key) => ${load}[key] })`
    : load;
}

/** What undici asks for, which is bundled: before, downloads work, but not through a proxy. */
const oldestNode = '22.19.0';

/** Bundles the command and lays out the package that is published. */
const { version, name, description, license } = JSON.parse(
  readFileSync('apps/cli/package.json', 'utf8'),
);
rmSync('dist/apps/cli', { recursive: true, force: true });
await bundle({
  entry: 'apps/cli/src/main.ts',
  outdir: 'dist/apps/cli',
  external: ['@node-rs/crc32'],
  plugins: [bareBuiltins],
  keepNames: false,
  define: { OUTHAUL_VERSION: JSON.stringify(version) },
  target: `node${oldestNode}`,
});
cpSync('apps/cli/bin', 'dist/apps/cli/bin', { recursive: true });
cpSync('apps/cli/schemas', 'dist/apps/cli/schemas', { recursive: true });
cpSync('apps/api/openapi.json', 'dist/apps/cli/schemas/openapi.json');
const root = JSON.parse(readFileSync('package.json', 'utf8'));
writeFileSync(
  'dist/apps/cli/package.json',
  `${JSON.stringify(
    {
      name,
      version,
      description,
      license,
      type: 'module',
      bin: { outhaul: 'bin/outhaul.mjs' },
      engines: { node: `>=${oldestNode}` },
      files: ['bin', 'schemas', '*.mjs', '*.txt'],
      dependencies: { '@node-rs/crc32': root.dependencies['@node-rs/crc32'] },
    },
    null,
    2,
  )}\n`,
);
