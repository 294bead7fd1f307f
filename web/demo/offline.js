/*
 * The service worker: a copy of the page's files, for times without a network. The network goes first, so that nobody sees an
 * old page. offline.ts puts FILES and VERSION in front.
 */
/* global FILES, VERSION */

const CACHE = `lightprobe ${VERSION}`;

addEventListener("install", (event) => {
  const fill = async () => {
    await (await caches.open(CACHE)).addAll(FILES);
    await skipWaiting();
  };
  event.waitUntil(fill());
});

addEventListener("activate", (event) => {
  const tidy = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("lightprobe ") && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await clients.claim();
  };
  event.waitUntil(tidy());
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const isOwn = request.url.startsWith(registration.scope) && request.method === "GET";
  if (!isOwn || request.headers.has("range")) return; // the cache has no parts of files
  const answer = async () => {
    try {
      return await fetch(request);
    } catch (error) {
      const kept = await (await caches.open(CACHE)).match(request, { ignoreSearch: true });
      if (kept) return kept;
      throw error;
    }
  };
  event.respondWith(answer());
});
