/** What a page downloads that imports sppgpu: `node bench/run.mjs bench/page-size.ts`. Sizes are of minified code. */
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Plugin, type Rolldown } from 'vite';
import { sourcePlugins } from '../tools/plugins.js';

const root = fileURLToPath(new URL('..', import.meta.url));

const PAGES: Readonly<Record<string, string>> = {
  'adds two tensors': `
    import { add, createDevice, tensor } from '/src/index.ts';
    const device = await createDevice();
    console.log(await add(tensor(device, [1, 2]), tensor(device, [3, 4])).data());`,
  'trains a convolution': `
    import { conv2d, createDevice, crossEntropy, Generator, nn, optim, randn, tensor } from '/src/index.ts';
    const device = await createDevice();
    const options = { device, generator: new Generator(1) };
    const net = new nn.Sequential(new nn.Conv2d(3, 8, 3, options), new nn.Flatten(), new nn.Linear(8 * 36, 2, options));
    const sgd = new optim.SGD(net.parameters(), { lr: 0.1 });
    crossEntropy(net.forward(randn(device, [2, 3, 8, 8], { seed: 1 })), tensor(device, new Int32Array([0, 1]))).backward();
    sgd.step();`,
  'has everything': `import * as all from '/src/index.ts'; globalThis.all = all;`,
};

for (const [name, code] of Object.entries(PAGES)) {
  const page: Plugin = {
    name: 'page',
    resolveId: (id) => (id === 'page' ? '\0page.ts' : undefined),
    load: (id) => (id === '\0page.ts' ? code : undefined),
  };
  const built = (await build({
    configFile: false,
    root,
    logLevel: 'error',
    plugins: [page, ...sourcePlugins()],
    build: { target: 'es2022', write: false, minify: true, rolldownOptions: { input: 'page' } },
  })) as Rolldown.RolldownOutput;
  const chunks = built.output.filter((file) => file.type === 'chunk');
  // Others are loaded when they are needed, such as the decoder with the first JPEG.
  const first = chunks.find(({ isEntry }) => isEntry)!;
  const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
  const sizes = `${kB(Buffer.byteLength(first.code))}, ${kB(gzipSync(first.code, { level: 9 }).length)} gzipped`;
  console.log(`a page that ${name}: ${sizes}; ${chunks.length - 1} more chunks when needed`);
}
