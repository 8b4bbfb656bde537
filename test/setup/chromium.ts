import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { chromiumPackage, untarBrotli } from '../../src/runtime/chromium-package.node.js';
import { unpackOnce } from '../../src/runtime/unpack-once.node.js';

/** How to start the browser of the tests; the fields are Playwright's launch options. */
export interface Chromium {
  readonly executablePath?: string;
  readonly channel?: string;
  readonly env: Record<string, string>;
}

/** WebGPU in a sandboxed machine, and nothing that calls home. */
export const chromiumArguments = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A headless Chromium with WebGPU: `CHROME_PATH` if set, on linux-x64 the one from npm, elsewhere the installed Chrome. */
export async function unpackChromium(): Promise<Chromium> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
  if (env.CHROME_PATH) return { executablePath: env.CHROME_PATH, env };
  const found = process.platform === 'linux' && process.arch === 'x64' ? chromiumPackage() : null;
  if (!found) return { channel: 'chrome', env };
  const { bin, caches, prefix } = found;
  const browser = await unpackOnce(caches, `${prefix}-browser`, async (folder) => {
    untarBrotli(join(bin, 'swiftshader.tar.br'), folder); // must lie beside the executable
    const executable = createWriteStream(join(folder, 'chromium'), { mode: 0o755 });
    await pipeline(createReadStream(join(bin, 'chromium.br')), createBrotliDecompress(), executable);
  });
  // NSS and expat, for machines without them.
  const libraries = await unpackOnce(caches, `${prefix}-libraries`, (folder) =>
    untarBrotli(join(bin, 'al2023.tar.br'), folder),
  );
  env.LD_LIBRARY_PATH = [env.LD_LIBRARY_PATH, libraries].filter(Boolean).join(':');
  return { executablePath: join(browser, 'chromium'), env };
}
