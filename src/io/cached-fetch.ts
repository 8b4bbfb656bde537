import { FileError } from '../runtime/errors.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';

export interface CachedFetchOptions {
  /** Name of the browser's cache. Default `sppgpu`. */
  readonly cache?: string;
  /** Fetch it anew, and keep that. Default false. */
  readonly refresh?: boolean;
  readonly signal?: AbortSignal;
}

const NAMES: OptionNames<CachedFetchOptions> = { cache: true, refresh: true, signal: true };

/**
 * A file of weights that is downloaded once: the answer is kept in the browser's Cache API and given from there after a
 * reload, offline too; `openModel(await cachedFetch(url), device)`. An address is taken to mean the same bytes for ever: put a
 * version into it. Every browser with WebGPU has that cache; where there is none (Node), or no room in it, this is a plain fetch.
 * @throws FileError if the file is not there or cannot be fetched
 */
export async function cachedFetch(url: string | URL, options: CachedFetchOptions = {}): Promise<Response> {
  checkOptions('cachedFetch', options, NAMES);
  const { cache: name = 'sppgpu', refresh = false, signal } = options;
  const address = String(url);
  const cache = await globalThis.caches?.open(name).catch(() => undefined);
  const known = refresh ? undefined : await cache?.match(address);
  if (known) return known;
  const response = await fetch(address, { signal: signal ?? null }).catch((error: Error) => {
    if (signal?.aborted) throw error;
    throw new FileError(address, `cannot be fetched (${error.message})`, 'check the address and the connection');
  });
  if (!response.ok) throw new FileError(address, `is not there (status ${response.status})`, 'check the address');
  // Kept whole before it is used: half a file must not survive a closed page. Without room it is only not kept.
  await cache?.put(address, response.clone()).catch(() => undefined);
  return response;
}
