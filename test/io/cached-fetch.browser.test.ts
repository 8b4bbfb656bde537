/** Files that are downloaded once, in the browser's own cache. */
import { afterEach, expect, test, vi } from 'vitest';
import { cachedFetch } from '../../src/io/cached-fetch.js';
import { FileError } from '../../src/runtime/errors.js';

const URL = 'https://weights.invalid/net-1.safetensors';
const options = { cache: 'sppgpu-test' };

afterEach(async () => {
  vi.unstubAllGlobals();
  await caches.delete('sppgpu-test');
});

const bytesOf = async (response: Response) => [...new Uint8Array(await response.arrayBuffer())];
const serve = (bytes: number[], status = 200) =>
  vi.stubGlobal('fetch', async () => new Response(Uint8Array.from(bytes), { status }));
const offline = () => vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));

test('what was fetched once is there offline, byte for byte; refresh fetches anew', async () => {
  serve([1, 2, 3]);
  expect(await bytesOf(await cachedFetch(URL, options))).toEqual([1, 2, 3]);
  offline();
  expect(await bytesOf(await cachedFetch(URL, options))).toEqual([1, 2, 3]);
  serve([4]);
  expect(await bytesOf(await cachedFetch(URL, { ...options, refresh: true }))).toEqual([4]);
  offline();
  expect(await bytesOf(await cachedFetch(URL, options))).toEqual([4]);
});

test('without a cache, or without room in it, it is a plain fetch', async () => {
  serve([5]);
  vi.stubGlobal('caches', {
    open: async () => ({ match: async () => undefined, put: () => Promise.reject(new Error('quota')) }),
  });
  expect(await bytesOf(await cachedFetch(URL, options))).toEqual([5]);
  vi.stubGlobal('caches', undefined);
  expect(await bytesOf(await cachedFetch(URL, options))).toEqual([5]);
});

test('what cannot be fetched is told in a line, and not kept', async () => {
  serve([], 404);
  await expect(cachedFetch(URL, options)).rejects.toThrow(/net-1\.safetensors: is not there \(status 404\); check/);
  offline();
  await expect(cachedFetch(URL, options)).rejects.toThrow(FileError);
  serve([6]);
  expect(await bytesOf(await cachedFetch(URL, options))).toEqual([6]);
});
