import { build } from 'esbuild';

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
  return result.metafile;
}
