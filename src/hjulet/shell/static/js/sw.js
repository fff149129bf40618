// Lets a self-check that was opened with a network be opened again without one. Keeps no other page.
importScripts("/static/js/checkkept.js");
const PAGES = `${hjuletKept.NAME}-sidor`;
const FILL_IN = /^\/egenkontroll\/omgang\/\d+\/fyll-i\/$/;
const PATIENCE = 6000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && FILL_IN.test(url.pathname)) event.respondWith(page(request, url.pathname));
  else if (url.pathname.startsWith("/static/")) event.respondWith(asset(request, url.pathname));
});

const kept = async (path) => (await caches.open(PAGES)).match(path, { ignoreVary: true });

/** A page only while it is a day old at most; then it is taken away. */
async function keptPage(path) {
  const found = await kept(path);
  const age = Date.now() - Number(found?.headers.get("X-Kept-At") ?? 0);
  if (found && age < hjuletKept.DAY) return found;
  if (found) await (await caches.open(PAGES)).delete(path);
  return null;
}

async function page(request, path) {
  const copy = await keptPage(path);
  const answer = fetch(request);
  answer.then((fresh) => keep(path, fresh.clone())).catch(() => {});
  if (!copy) return answer;
  const late = new Promise((resolve) => { setTimeout(() => resolve(copy), PATIENCE); });
  return Promise.race([answer.catch(() => copy), late]);
}

/** Only the page that the server has marked as one to keep, never one that a login or a fault took the place of. */
async function keep(path, fresh) {
  if (!fresh.ok || fresh.redirected || !fresh.headers.get("X-Keep-For")) return;
  const headers = new Headers(fresh.headers);
  headers.set("X-Kept-At", Date.now());
  await (await caches.open(PAGES)).put(path, new Response(await fresh.blob(), { headers }));
}

async function asset(request, path) {
  try {
    return await fetch(request);
  } catch (problem) {
    const copy = await kept(path);
    if (copy) return copy;
    throw problem;
  }
}

// The page asks for itself and what it is drawn with to be kept: it was loaded before there was anyone to keep it.
self.addEventListener("message", (event) => {
  if (event.data?.keep) event.waitUntil(keepAll(event.data.keep, event.data.assets, event.source));
});

async function keepAll(path, assets, asker) {
  const cache = await caches.open(PAGES);
  const own = assets.filter((name) => name.startsWith("/static/"));
  await Promise.all(own.map((one) => fetch(one).then((got) => got.ok && cache.put(one, got)).catch(() => {})));
  if (FILL_IN.test(path) && !(await keptPage(path))) await fetch(path).then((got) => keep(path, got)).catch(() => {});
  if (await keptPage(path)) asker.postMessage({ ready: true });
}

// Where the browser has it: sends when the network is back although no page is open.
self.addEventListener("sync", (event) => {
  if (event.tag.startsWith(hjuletKept.NAME)) event.waitUntil(sendFor(event.tag.split(":")[1]));
});

async function sendFor(owner) {
  const { how } = await hjuletKept.send(owner);
  if (how === "network") throw new Error("no network yet"); // the browser tries again later
}
