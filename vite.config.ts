import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { playwright } from '@vitest/browser-playwright';
import { transformSync } from 'esbuild';
import type { Plugin } from 'vite';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { chromiumArguments, unpackChromium } from './test/setup/chromium.js';
import { inChromium } from './test/setup/in-chromium.js';
import { coreChunks } from './tools/core-chunk.js';
import { opRows } from './tools/op-rows.js';
import { sourcePlugins } from './tools/plugins.js';

const manifest = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as {
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
};
const packages = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });

/** What `sppgpu` exports as a namespace, each a file of its own: of an object in the same file no bundler drops the unused half. */
const namespaces = ['nn', 'optim', 'svm'];
const namespaceFiles: Plugin = {
  name: 'namespace-files',
  enforce: 'pre',
  resolveId(source, importer) {
    const name = namespaces.find((each) => source === `./${each}/index.js`);
    return name && importer?.endsWith('/src/index.ts') ? { id: `./${name}.js`, external: true } : undefined;
  },
};

const workers = {
  'decode-worker': 'src/data/decode-worker.node.ts',
  'proposal-worker': 'src/detect/proposals/proposal-worker.node.ts',
};

/** Entries, besides `index`, that load little of the library. */
const light = { proposals: 'src/detect/proposals/index.ts', cli: 'src/cli/main.ts', ...workers };

const core = coreChunks({
  whole: ['src/index.ts', ...namespaces.map((name) => `src/${name}/index.ts`)],
  light: Object.values(light),
  apart: ['src/ops/index.ts'], // the record of all ops by name, for the self-test
});

/** Packages that are in the library itself, each kind a file: what reports are drawn with, what reads XML. */
const INSIDE = 'package-';
const inside = [
  { name: `${INSIDE}xml`, test: /node_modules\/(?:fast-xml-|strnum|path-expression|xml-naming|is-unsafe|@nodable)/ },
  { name: `${INSIDE}drawing`, test: /node_modules\/(?!@cwasm)/ },
];

/** The library: one file per entry, shaders and their interfaces inlined, packages left to the user's installation. */
const build: ViteUserConfig['build'] = {
  target: 'es2022',
  minify: false,
  sourcemap: true,
  license: { fileName: 'licences.md' }, // of what reports are drawn with, which is inside
  lib: {
    entry: {
      index: 'src/index.ts',
      methods: 'src/methods.ts',
      node: 'src/node.ts',
      ...Object.fromEntries(namespaces.map((name) => [name, `src/${name}/index.ts`])),
      ...light,
    },
    formats: ['es'],
  },
  rolldownOptions: {
    external: [/^node:/, ...packages.map((name) => new RegExp(`^${name}(/|$)`))],
    checks: { bundlerTimings: false }, // a slow machine is not a fault of the sources
    // Side by side shaders compress better, and a page's bundler still drops those that it does not use.
    output: {
      chunkFileNames: '[name].js',
      codeSplitting: { groups: [{ name: 'shaders', test: /\.wgsl$/ }, ...inside, ...core] },
    },
  },
};

/**
 * Nobody steps through packages that are inside, or through shaders and WebAssembly as text: without maps, and packages minified,
 * they take a fifth of an installation less.
 */
const compact: Plugin = {
  name: 'compact',
  writeBundle({ dir = 'dist' }) {
    const packed = readdirSync(dir).filter((name) => name.startsWith(INSIDE));
    for (const name of [...packed, 'shaders.js', 'kernel-library.js', 'jpeg-turbo.js']) {
      if (!name.endsWith('.js')) continue;
      const file = `${dir}/${name}`;
      const code = readFileSync(file, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
      const small = { minify: true, format: 'esm', target: 'es2022', legalComments: 'none' } as const; // see licences.md
      writeFileSync(file, packed.includes(name) ? transformSync(code, small).code : code);
      rmSync(`${file}.map`, { force: true });
    }
  },
};

const executable: Plugin = {
  name: 'executable',
  writeBundle: ({ dir = 'dist' }) => chmodSync(`${dir}/cli.js`, 0o755),
};

/** Tests of what happens once per process, such as the first look for an adapter: each of them has its own. */
const alone = '**/*.alone.test.ts';

export default defineConfig(async ({ mode }): Promise<ViteUserConfig> => {
  if (mode !== 'test')
    return { build, plugins: [...sourcePlugins({ short: true }), opRows, namespaceFiles, executable, compact] };
  // Files share a process, or a page, and so its modules, its device and the device's compiled shaders: a third less work.
  const shared = { testTimeout: 120_000, hookTimeout: 120_000, isolate: false };
  const inNode: ViteUserConfig['test'] = {
    ...shared,
    include: ['test/**/*.test.ts'],
    environment: 'node',
    server: { deps: { inline: [/\.wasm\?base64$/] } },
    // Not 'threads': there process.env is a copy, which native code never sees.
    pool: 'forks',
    // Worker threads of the loader run from the sources.
    execArgv: ['--import', new URL('test/setup/typescript-hooks.mjs', import.meta.url).href],
    maxWorkers: 2,
    sequence: { groupOrder: 0 },
  };
  return {
    test: {
      projects: [
        { plugins: sourcePlugins(), test: { ...inNode, name: 'node', exclude: ['**/*.browser.test.ts', alone] } },
        { plugins: sourcePlugins(), test: { ...inNode, name: 'alone', include: [alone], isolate: true } },
        {
          plugins: sourcePlugins(),
          test: {
            name: 'browser',
            ...shared,
            include: inChromium,
            exclude: ['**/*.node.test.ts', alone],
            sequence: { groupOrder: 1 }, // after the Node project: two CPU adapters at once only slow each other
            browser: {
              enabled: true,
              headless: true,
              screenshotFailures: false,
              fileParallelism: false, // one GPU queue; a CPU adapter already uses every core
              provider: playwright({ launchOptions: { ...(await unpackChromium()), args: chromiumArguments } }),
              instances: [{ browser: 'chromium' }],
            },
          },
        },
      ],
    },
  };
});
