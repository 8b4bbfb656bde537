// The build fills in the list of files and a hash of what is in them (tools/web/offline.ts).
const files = [
  /* FILES */
].flat();
const version = [
  /* VERSION */
].join();
// The browser keeps the caches of all sites of one origin together: another copy of this one, at another path, has its own.
const OURS = `sppgpu-site ${registration.scope} `;
const NAME = OURS + version;

// It does not push out the version before it: pages that are open go on with the files that they were made of.
self.addEventListener('install', (event) => {
  const keep = async () => (await caches.open(NAME)).addAll(files);
  event.waitUntil(keep());
});

self.addEventListener('activate', (event) => {
  const clear = async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith(OURS) && name !== NAME) await caches.delete(name);
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
    const cache = await caches.open(NAME);
    if (request.mode === 'navigate') {
      try {
        return await fetch(request);
      } catch {
        return (await cache.match('./')) ?? Response.error();
      }
    }
    return (await cache.match(request)) ?? fetch(request);
  };
  event.respondWith(answer());
});
