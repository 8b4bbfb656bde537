/**
 * What pages download of the built library, minified and gzipped, held to a budget: `npm run size`, with `-- --json` for machines.
 * Vite builds them as it builds pages; what a page loads later, when it needs it, is a bundle of its own.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build, type Plugin, type Rolldown } from 'vite';

/** One page: what it runs, and the most that it may weigh, gzipped, in bytes. */
interface Page {
  readonly name: string;
  readonly code: string;
  readonly budget: number;
}

interface Bundle {
  readonly name: string;
  readonly bytes: number;
  readonly gzip: number;
  readonly budget: number;
}

const PAGES: readonly Page[] = [
  {
    name: 'adds two tensors',
    budget: 22_000,
    code: `
      import { add, createDevice, tensor } from 'sppgpu';
      const device = await createDevice();
      console.log(await add(tensor(device, [1, 2]), tensor(device, [3, 4])).data());`,
  },
  {
    name: 'trains a convolution',
    budget: 53_000,
    code: `
      import { conv2d, createDevice, crossEntropy, Generator, nn, optim, randn, tensor } from 'sppgpu';
      const device = await createDevice();
      const options = { device, generator: new Generator(1) };
      const net = new nn.Sequential([new nn.Conv2d(3, 8, 3, options), new nn.Flatten(), new nn.Linear(8 * 36, 2, options)]);
      const sgd = new optim.SGD(net.parameters(), { lr: 0.1 });
      crossEntropy(net.forward(randn(device, [2, 3, 8, 8], { seed: 1 })), tensor(device, new Int32Array([0, 1]))).backward();
      sgd.step();`,
  },
  {
    name: 'has the engine, every module and every optimizer',
    budget: 80_000,
    code: `
      import { createDevice, crossEntropy, nn, optim, randn, scope, tensor } from 'sppgpu';
      globalThis.all = { createDevice, crossEntropy, nn, optim, randn, scope, tensor };`,
  },
  { name: 'has everything', budget: 130_000, code: `import * as all from 'sppgpu'; globalThis.all = all;` },
  {
    name: 'finds windows in a worker',
    budget: 12_000,
    code: `import * as all from 'sppgpu/proposals'; globalThis.all = all;`,
  },
];

const dist = (name: string): string => fileURLToPath(new URL(`../dist/${name}`, import.meta.url));

async function bundle({ name, code, budget }: Page): Promise<{ page: Bundle; later: number }> {
  const page: Plugin = {
    name: 'page',
    enforce: 'pre',
    resolveId: (id) => ({ page: '\0page.js', sppgpu: dist('index.js'), 'sppgpu/proposals': dist('proposals.js') })[id],
    load: (id) => (id === '\0page.js' ? code : undefined),
  };
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    plugins: [page],
    build: { target: 'es2022', write: false, minify: true, rolldownOptions: { input: 'page' } },
  })) as Rolldown.RolldownOutput;
  const chunks = new Map(built.output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file]] : [])));
  // A page downloads its entry and what that imports; the rest comes when it is needed, such as the decoder with the first JPEG.
  const first = new Set([[...chunks.values()].find(({ isEntry }) => isEntry)!.fileName]);
  for (const file of first) for (const imported of chunks.get(file)!.imports) first.add(imported);
  const codes = [...first].map((file) => chunks.get(file)!.code);
  const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0);
  return {
    page: {
      name,
      bytes: sum(codes.map((text) => Buffer.byteLength(text))),
      gzip: sum(codes.map((text) => gzipSync(text, { level: 9 }).length)),
      budget,
    },
    later: chunks.size - first.size,
  };
}

const { json } = parseArgs({
  args: process.argv.slice(2),
  options: { json: { type: 'boolean', default: false } },
}).values;
const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
const bundles: Bundle[] = [];
for (const each of PAGES) {
  const { page, later } = await bundle(each);
  bundles.push(page);
  const chunks = later === 0 ? '' : `; ${later} more chunks when needed`;
  if (!json)
    console.log(`a page that ${page.name}: ${kB(page.bytes)}, ${kB(page.gzip)} gzipped of ${kB(page.budget)}${chunks}`);
}
if (json) console.log(JSON.stringify(bundles));
for (const { name, gzip, budget } of bundles) {
  if (gzip <= budget) continue;
  console.error(
    `a page that ${name} weighs ${kB(gzip)}, its budget is ${kB(budget)}: see what it carries that it does not need`,
  );
  process.exitCode = 1;
}
