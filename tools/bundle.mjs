import { build } from 'esbuild';
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Bundles one entry, for Node 24 unless told otherwise, into a single ESM file, or (with `outdir`) into an entry and the chunks that it loads when
 * they are needed. `compact` leaves out what only people read; names stay, for stack traces. `external` packages are loaded from node_modules at run time.
 */
export async function bundle({
  entry,
  outfile,
  outdir,
  external = [],
  plugins = [],
  keepNames = true,
  minify = false,
  compact = false,
  define = {},
  target = 'node24',
}) {
  const result = await build({
    entryPoints: [entry],
    ...(outdir
      ? { outdir, splitting: true, outExtension: { '.js': '.mjs' }, chunkNames: 'chunk-[hash]' }
      : { outfile }),
    bundle: true,
    platform: 'node',
    target,
    format: 'esm',
    ...(compact ? { minifyWhitespace: true, minifySyntax: true } : { minify }),
    keepNames,
    sourcemap: minify ? false : 'linked',
    legalComments: 'linked',
    logLevel: 'warning',
    metafile: true,
    plugins,
    define,
    external: [
      '@nestjs/microservices',
      '@nestjs/microservices/*',
      '@nestjs/websockets',
      '@nestjs/websockets/*',
      ...external,
    ],
    banner: {
      // Node's own ways, without the facades that an `import` of them would fill.
      js: "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url); const { filename: __filename, dirname: __dirname } = import.meta;",
    },
  });
  if (compact && keepNames) nameOnlyWhatNeedsIt(outfile);
  return result.metafile;
}

/**
 * esbuild has every function named anew each time it is made, which is slow where functions are made for each request;
 * nearly all bear the right name already. As long as before, so that the source map stays right.
 */
function nameOnlyWhatNeedsIt(file) {
  const always = '__name=(target,value)=>__defProp(target,"name",{value,configurable:!0})';
  const whenNeeded = '__name=(t,v)=>t.name==v?t:__defProp(t,"name",{value:v,configurable:!0})';
  const [before, after, ...more] = readFileSync(file, 'utf8').split(always);
  if (after === undefined || more.length > 0 || whenNeeded.length !== always.length)
    throw new Error('esbuild keeps names in another way than it did: see nameOnlyWhatNeedsIt');
  writeFileSync(file, before + whenNeeded + after);
}
