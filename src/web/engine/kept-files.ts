/** What the page has learned or fetched, kept by the browser from one visit to the next; where it keeps nothing, nothing is lost but time. */
const CACHE = 'sppgpu-learned';

/** Addresses that no server is asked for: one for each name, whatever letters it has. */
const addressOf = (name: string): string => new URL(`/learned/${encodeURIComponent(name)}`, location.origin).href;

export async function keepFile(name: string, bytes: Uint8Array): Promise<void> {
  try {
    await (await caches.open(CACHE)).put(addressOf(name), new Response(bytes as Uint8Array<ArrayBuffer>));
  } catch {
    // Without a cache (plain http, a private window, a full disk) it is made or fetched anew next time.
  }
}

export async function keptFile(name: string): Promise<Uint8Array | null> {
  try {
    const found = await (await caches.open(CACHE)).match(addressOf(name));
    return found ? new Uint8Array(await found.arrayBuffer()) : null;
  } catch {
    return null;
  }
}
