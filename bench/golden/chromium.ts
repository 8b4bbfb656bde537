import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { build, type Rolldown } from 'vite';
import { chromiumArguments, unpackChromium } from '../../test/setup/chromium.js';
import { sourcePlugins } from '../../tools/plugins.js';
import type { Comparison } from '../golden-activations.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The page's script with the library in it, shaders inlined. */
async function bundlePage(): Promise<string> {
  const built = await build({
    configFile: false,
    plugins: sourcePlugins(),
    root: here('../..'),
    logLevel: 'error',
    build: { write: false, target: 'es2022', lib: { entry: here('page.ts'), formats: ['es'], fileName: 'page' } },
  });
  const [result] = (Array.isArray(built) ? built : [built]) as Rolldown.RolldownOutput[];
  return result!.output[0].code;
}

/**
 * Runs the comparison in a headless Chromium (the one of the tests), served from this process.
 * @param files paths of the two safetensors files
 */
export async function compareInChromium({ weights, golden }: { weights: string; golden: string }): Promise<Comparison> {
  const script = await bundlePage();
  const answers: Readonly<Record<string, readonly [type: string, body: string | Uint8Array]>> = {
    '/': ['text/html', '<!doctype html><script type="module" src="/page.js"></script>'],
    '/page.js': ['text/javascript', script],
    '/weights': ['application/octet-stream', await readFile(weights)],
    '/golden': ['application/octet-stream', await readFile(golden)],
  };
  const server = createServer(({ url }, response) => {
    const [type, body] = answers[url ?? ''] ?? ['text/plain', ''];
    response.writeHead(answers[url ?? ''] ? 200 : 404, { 'content-type': type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ ...(await unpackChromium()), args: chromiumArguments });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction(() => 'compare' in globalThis);
    const { adapter, rows } = await page.evaluate(() =>
      (globalThis as unknown as { compare(): Promise<Comparison> }).compare(),
    );
    return { adapter: `Chromium ${browser.version()}: ${adapter}`, rows };
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}
