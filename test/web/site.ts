import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright';
import { chromiumArguments, unpackChromium } from '../setup/chromium.js';
import { root } from '../tooling/repository.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

/** Not dist/web: a build of the library empties that. */
const FOLDER = join(root, '.cache/web');

/** Builds the site, unless `SPPGPU_WEB_BUILT` says that the last test's is up to date. */
export async function buildSite(): Promise<void> {
  if (process.env.SPPGPU_WEB_BUILT) return;
  // The site as people get it: where NODE_ENV is `test`, Vite builds another, without what is for production.
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const settings = ['--config', 'web.config.ts', '--logLevel', 'error', '--outDir', FOLDER];
  const env = { ...process.env, NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, [vite, 'build', ...settings], { cwd: root, env });
}

export interface ServeOptions {
  readonly folder?: string;
  /** Path under which it is served; the page must work from any. */
  readonly prefix?: string;
  /** Files in the place of those of the folder, or beside them; null where there is to be none. May change meanwhile. */
  readonly other?: ReadonlyMap<string, Buffer | null>;
}

/** Serves a folder on this machine; when it is closed, there is no network. */
export async function serveSite(options: ServeOptions = {}): Promise<Site> {
  const { folder = FOLDER, prefix = '/a/path/', other } = options;
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const name = path === prefix ? 'index.html' : normalize(path.slice(prefix.length));
    try {
      if (!path.startsWith(prefix) || name.startsWith('..')) throw new Error('not here');
      const body = other?.has(name) ? other.get(name) : await readFile(join(folder, name));
      if (!body) throw new Error('not here any more');
      response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}${prefix}`, close: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}

/** Chromium films a moving pie, and asks nobody. */
const FAKE_CAMERA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

async function launchOptions() {
  const { executablePath, channel, env } = await unpackChromium();
  const where = executablePath ? { executablePath } : { channel: channel! };
  return { ...where, env, args: [...chromiumArguments, ...FAKE_CAMERA] };
}

/** The headless Chromium of the other tests. */
export const launch = async () => chromium.launch(await launchOptions());

/** One that several processes use. */
export const serveBrowser = async () => chromium.launchServer(await launchOptions());
