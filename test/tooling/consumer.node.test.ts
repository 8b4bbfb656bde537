/** The packed library as others use it: a Vite app, an esbuild bundle and a page with an import map, each run in Chromium; and Node without Dawn. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { type Browser, chromium } from 'playwright';
import { build as vite } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from '../setup/build.js';
import { chromiumArguments, unpackChromium } from '../setup/chromium.js';
import { root } from './repository.js';

/** Trains a step on the device, finds windows, and writes what came of it into the page. */
const PROGRAM = `
  import { add, createDevice, crossEntropy, Generator, nn, optim, randn, tensor } from 'sppgpu';
  import { slidingWindows } from 'sppgpu/proposals';
  try {
    const device = await createDevice();
    const sum = await add(tensor(device, [1, 2]), tensor(device, [3, 4])).data();
    const weights = { device, generator: new Generator(1) };
    const net = new nn.Sequential([new nn.SpatialPyramidPool2d([1, 2]), new nn.Linear(5, 2, weights)]);
    const sgd = new optim.SGD(net.parameters(), { lr: 0.1 });
    const losses = [];
    for (let step = 0; step < 2; step++) {
      const loss = crossEntropy(net.forward(randn(device, [4, 1, 7, 9], { seed: 2 })), tensor(device, new Int32Array([0, 1, 0, 1])));
      loss.backward();
      sgd.step();
      sgd.zeroGrad();
      losses.push(await loss.item());
    }
    const windows = slidingWindows({ width: 64, height: 48, data: new Uint8Array(64 * 48 * 3) }).length;
    globalThis.result = { sum: [...sum], falls: losses[1] < losses[0], windows: windows > 0 };
  } catch (error) {
    globalThis.result = String(error);
  }`;
const EXPECTED = { sum: [4, 6], falls: true, windows: true };
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

let project: string;
let server: Server;
let browser: Browser;

beforeAll(async () => {
  await ensureBuilt();
  project = mkdtempSync(join(tmpdir(), 'sppgpu-consumer-'));
  const packed = ['pack', '--ignore-scripts', '--silent', '--pack-destination', project];
  execFileSync('npm', packed, { cwd: root, stdio: 'pipe', shell: process.platform === 'win32' });
  const archive = readdirSync(project).find((name) => name.endsWith('.tgz'))!;
  const installed = join(project, 'node_modules/sppgpu');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', archive, '--strip-components=1', '-C', 'node_modules/sppgpu'], { cwd: project });
  // What npm would install beside it, and nothing that is a peer.
  const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    dependencies: object;
  };
  mkdirSync(join(project, 'node_modules/@webgpu'));
  for (const name of Object.keys(dependencies)) {
    symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name), 'junction');
  }
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(project, 'main.js'), PROGRAM);
  server = createServer(({ url }, response) => {
    const path = new URL(url!, 'http://localhost').pathname;
    try {
      response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
      response.end(readFileSync(join(project, path)));
    } catch {
      response.writeHead(404).end();
    }
  }).listen(0);
  browser = await chromium.launch({ ...(await unpackChromium()), args: chromiumArguments });
});

afterAll(async () => {
  await browser?.close();
  server?.close();
  rmSync(project, { recursive: true, force: true });
});

/** What the program says in a page. */
async function resultOf(path: string): Promise<unknown> {
  const page = await browser.newPage();
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/${path}`);
  const result = await page.waitForFunction(() => (globalThis as { result?: unknown }).result, null, {
    timeout: 60_000,
  });
  const value = await result.jsonValue();
  await page.close();
  return value;
}

/** What a folder takes on a disk, in blocks of 4 KiB. */
function bytesOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce(
    (sum, { parentPath, name }) => sum + 4096 * Math.ceil(statSync(join(parentPath, name)).size / 4096),
    0,
  );
}

/** Where npm has put what a package needs: in it, or in a folder around it. */
function placeOf(name: string, from: string): string {
  const here = join(from, 'node_modules', name);
  if (existsSync(here)) return here;
  return placeOf(name, from.startsWith(root) && from.length > root.length ? dirname(from) : root);
}

test('an installation for a page takes less than 15 MB, peers left out', () => {
  const own = join(project, 'node_modules/sppgpu');
  const found = new Set([own]);
  for (const folder of found) {
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      dependencies?: object;
    };
    for (const name of Object.keys(dependencies)) found.add(placeOf(name, folder === own ? root : folder));
  }
  // What lies inside another package is counted with that.
  const apart = [...found].filter((folder) => ![...found].some((other) => folder.startsWith(`${other}/`)));
  const bytes = apart.map(bytesOf).reduce((sum, each) => sum + each);
  expect(bytes).toBeGreaterThan(5e6);
  expect(bytes).toBeLessThan(15e6);
});

test('a Vite app', async () => {
  writeFileSync(join(project, 'index.html'), '<!doctype html><script type="module" src="./main.js"></script>');
  await vite({ configFile: false, root: project, base: './', logLevel: 'error', build: { outDir: 'vite' } });
  expect(await resultOf('vite/index.html')).toEqual(EXPECTED);
});

test('an esbuild bundle', async () => {
  const outfile = join(project, 'bundle.js');
  await esbuild({ entryPoints: [join(project, 'main.js')], bundle: true, format: 'esm', minify: true, outfile });
  writeFileSync(join(project, 'esbuild.html'), '<!doctype html><script type="module" src="bundle.js"></script>');
  expect(await resultOf('esbuild.html')).toEqual(EXPECTED);
});

test('a page without a bundler, by an import map', async () => {
  const folder = './node_modules/sppgpu/dist/';
  const imports = { sppgpu: `${folder}index.js`, 'sppgpu/proposals': `${folder}proposals.js` };
  const map = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
  writeFileSync(join(project, 'plain.html'), `<!doctype html>${map}<script type="module">${PROGRAM}</script>`);
  expect(await resultOf('plain.html')).toEqual(EXPECTED);
});

test('the engine in a worker behind a typed proxy, with arrays that move instead of being copied', async () => {
  writeFileSync(
    join(project, 'worker.js'),
    `import { expose, transfer } from 'comlink';
     import { createDevice, square, tensor } from 'sppgpu';
     const device = createDevice();
     expose({
       async squares(numbers) {
         const result = await square(tensor(await device, numbers)).data();
         return transfer(result, [result.buffer]);
       },
     });`,
  );
  writeFileSync(
    join(project, 'page.js'),
    `import { transfer, wrap } from 'comlink';
     const engine = wrap(new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }));
     const numbers = Float32Array.of(1, 2, 3);
     const result = await engine.squares(transfer(numbers, [numbers.buffer]));
     globalThis.result = { result: [...result], left: numbers.length };`,
  );
  symlinkSync(join(root, 'node_modules/comlink'), join(project, 'node_modules/comlink'), 'junction');
  writeFileSync(join(project, 'worker.html'), '<!doctype html><script type="module" src="./page.js"></script>');
  const input = join(project, 'worker.html');
  const rolldownOptions = { input };
  const worker = { format: 'es' } as const;
  await vite({
    configFile: false,
    root: project,
    base: './',
    logLevel: 'error',
    worker,
    build: { outDir: 'worker', rolldownOptions },
  });
  expect(await resultOf('worker/worker.html')).toEqual({ result: [1, 4, 9], left: 0 });
});

test('Node without Dawn, or by the name for pages, says in one line what to do', () => {
  const program = `
    for (const name of ['sppgpu', 'sppgpu/node']) {
      const { createDevice } = await import(name);
      console.log(await createDevice().catch(({ message }) => message));
    }`;
  writeFileSync(join(project, 'node.js'), program);
  const lines = execFileSync(process.execPath, ['node.js'], { cwd: project, encoding: 'utf8' }).trim().split('\n');
  expect(lines).toEqual([
    expect.stringMatching(/import createDevice from 'sppgpu\/node'/),
    expect.stringMatching(/^the npm package webgpu, .* npm install webgpu$/),
  ]);
});
