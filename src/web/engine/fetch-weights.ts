import { keepFile, keptFile } from './kept-files.js';
import type { OnProgress } from './wire.js';

/** Of what an address may send, in bytes: more than any net that a page can run. */
const MOST = 2 ** 30;
const MEGABYTE = 2 ** 20;

export interface FetchedWeights {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** From an earlier visit, since the address did not answer. */
  readonly kept: boolean;
}

/**
 * Weights from an address. They are kept by the browser: without a network they come from there.
 * @throws Error in words for an address that does not answer, or answers with something else
 */
export async function fetchWeights(url: string, onProgress: OnProgress): Promise<FetchedWeights> {
  const name = nameOf(url);
  let answer: Response;
  try {
    answer = await fetch(url);
  } catch {
    const kept = await keptFile(url);
    if (kept) return { name, bytes: kept, kept: true };
    throw new Error(
      `${url}: nothing can be fetched from there: the address is wrong, there is no network, or its server lets no other site read it; download the file and open it here`,
    );
  }
  if (!answer.ok) throw new Error(`${url}: was answered with ${answer.status}; check the address`);
  if (/^text\/html/.test(answer.headers.get('content-type') ?? '')) {
    await answer.body?.cancel();
    throw new Error(
      `${url}: is a web page, not weights; copy the address of the file itself (at Hugging Face, the one with /resolve/)`,
    );
  }
  const bytes = await bytesOf(answer, url, onProgress);
  return { name, bytes, kept: false };
}

/** Keeps weights that have turned out to be sound. */
export const keepWeights = (url: string, { bytes, kept }: FetchedWeights): Promise<void> =>
  kept ? Promise.resolve() : keepFile(url, bytes);

async function bytesOf(answer: Response, url: string, onProgress: OnProgress): Promise<Uint8Array> {
  const of = Number(answer.headers.get('content-length')) || 0;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let read = 0;
  const reader = answer.body!.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      read += part.value.length;
      if (read > MOST) throw new Error(`more than ${MOST / MEGABYTE} MB came`);
      const [done, all] = [read, Math.max(of, read)].map((bytes) => Number((bytes / MEGABYTE).toFixed(1)));
      onProgress({ stage: 'fetching, MB', done: done!, of: all! });
    }
  } catch (error) {
    await reader.cancel().catch(() => {}); // it is broken already
    throw new Error(
      `${url}: broke off (${(error as Error).message}); try again, or download the file and open it here`,
    );
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** The file that an address names, without what stands behind its path. */
function nameOf(url: string): string {
  const path = new URL(url, location.href).pathname;
  const name = path.slice(path.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(name) || url;
  } catch {
    return name; // a percent sign that stands for nothing
  }
}
