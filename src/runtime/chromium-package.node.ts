import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { cacheFolders, unpackOnce, untar } from './unpack-once.node.js';

/** The npm package `@sparticuz/chromium` as installed: brotli-compressed archives in `bin`, and caches to unpack them into. */
export interface ChromiumPackage {
  readonly bin: string;
  readonly caches: readonly string[];
  /** First part of the unpacked folders' names, so that versions do not mix. */
  readonly prefix: string;
}

/** Finds the optional package `@sparticuz/chromium`; null where it is not installed. */
export function chromiumPackage(): ChromiumPackage | null {
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  } catch {
    return null;
  }
  let root = dirname(entry);
  while (!root.endsWith(join('@sparticuz', 'chromium')) && root !== dirname(root)) root = dirname(root);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return { bin: join(root, 'bin'), caches: cacheFolders(join(root, '..', '..')), prefix: `chromium-${version}` };
}

/** Unpacks SwiftShader (`libvk_swiftshader.so` and its driver file) with a Vulkan loader; returns the folder. */
export function unpackSwiftShader({ bin, caches, prefix }: ChromiumPackage): Promise<string> {
  return unpackOnce(caches, `${prefix}-swiftshader`, (folder) => untarBrotli(join(bin, 'swiftshader.tar.br'), folder));
}

export function untarBrotli(file: string, folder: string): void {
  untar(brotliDecompressSync(readFileSync(file)), folder);
}
