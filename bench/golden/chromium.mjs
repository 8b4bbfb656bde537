import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { build, runnerImport } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The page's script with the library in it, shaders inlined. */
async function bundlePage() {
  const { output } = await build({
    configFile: false,
    root: here('../..'),
    logLevel: 'error',
    build: { write: false, target: 'es2022', lib: { entry: here('page.mjs'), formats: ['es'], fileName: 'page' } },
  }).then((result) => (Array.isArray(result) ? result[0] : result));
  return output[0].code;
}

/**
 * Runs the comparison in a headless Chromium (the one of the tests), served from this process.
 * @param files paths of the two safetensors files: {weights, golden}
 * @returns {adapter, rows}, see `compare.mjs`
 */
export async function compareInChromium({ weights, golden }) {
  const { unpackChromium, chromiumArguments } = (await runnerImport(here('../../test/setup/chromium.ts'))).module;
  const script = await bundlePage();
  const answers = {
    '/': ['text/html', '<!doctype html><script type="module" src="/page.js"></script>'],
    '/page.js': ['text/javascript', script],
    '/weights': ['application/octet-stream', await readFile(weights)],
    '/golden': ['application/octet-stream', await readFile(golden)],
  };
  const server = createServer(({ url }, response) => {
    const [type, body] = answers[url] ?? ['text/plain', ''];
    response.writeHead(answers[url] ? 200 : 404, { 'content-type': type }).end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ ...(await unpackChromium()), args: chromiumArguments });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.waitForFunction(() => 'compare' in globalThis);
    const { adapter, rows } = await page.evaluate(() => globalThis.compare());
    return { adapter: `Chromium ${browser.version()}: ${adapter}`, rows };
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}
