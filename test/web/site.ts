import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { chromium } from 'playwright';
import { chromiumArguments, unpackChromium } from '../setup/chromium.js';
import { root } from '../tooling/repository.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

/** The path under which the tests serve the site: it must work from any. */
const PREFIX = '/a/path/';

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

/** Not dist/web: a build of the library empties that. */
const FOLDER = join(root, '.cache/web');

/** Builds the site, unless `SPPGPU_WEB_BUILT` says that the last test's is up to date, and serves it on this machine. */
export async function serveSite(): Promise<Site> {
  if (!process.env.SPPGPU_WEB_BUILT) {
    const { build } = await import('vite');
    await build({ configFile: join(root, 'web.config.ts'), logLevel: 'error', build: { outDir: FOLDER } });
  }
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const name = path === PREFIX ? 'index.html' : normalize(path.slice(PREFIX.length));
    try {
      if (!path.startsWith(PREFIX) || name.startsWith('..')) throw new Error('not here');
      const body = await readFile(join(FOLDER, name));
      response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}${PREFIX}`, close: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}

/** The headless Chromium of the other tests. */
export async function launch(more: readonly string[] = []) {
  const { executablePath, channel, env } = await unpackChromium();
  const where = executablePath ? { executablePath } : { channel: channel! };
  return chromium.launch({ ...where, env, args: [...chromiumArguments, ...more] });
}
