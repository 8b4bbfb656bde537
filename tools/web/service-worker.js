// The build fills in the list of files and a hash of what is in them (tools/web/offline.ts).
const files = [
  /* FILES */
].flat();
const version = [
  /* VERSION */
].join();
const PREFIX = 'sppgpu-site-';

self.addEventListener('install', (event) => {
  const keep = async () => (await caches.open(PREFIX + version)).addAll(files);
  event.waitUntil(keep().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const clear = async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith(PREFIX) && name !== PREFIX + version) await caches.delete(name);
    }
    await self.clients.claim();
  };
  event.waitUntil(clear());
});

// What is kept is served from there: names change with what is in them. The page itself comes from the network while there is one.
self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== location.origin) return;
  const answer = async () => {
    if (request.mode === 'navigate') {
      try {
        return await fetch(request);
      } catch {
        const cache = await caches.open(PREFIX + version);
        return (await cache.match('./')) ?? Response.error();
      }
    }
    return (await caches.match(request)) ?? fetch(request);
  };
  event.respondWith(answer());
});
