// What a self-check keeps on this device until the server has it. The same file serves the page and the service worker.
// Contents are locked with their owner's key; the key goes when someone else logs in, all of it at logout.
(() => {
  const NAME = "hjulet-egenkontroll";
  const DAY = 24 * 3600 * 1000;
  const ANSWERS_LAST = 7 * DAY;
  const MARK = "hjulet-kept-for";

  const settled = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  function open() {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("kept", { keyPath: "id" });
      request.result.createObjectStore("keys", { keyPath: "owner" });
    };
    return settled(request);
  }

  async function inside(store, mode, work) {
    const database = await open();
    try {
      const transaction = database.transaction(store, mode);
      const over = new Promise((resolve, reject) => { // written for good, not only asked for
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
      const found = await work(transaction.objectStore(store));
      await over;
      return found;
    } finally { database.close(); }
  }
  const read = (id, store = "kept") => inside(store, "readonly", (rows) => settled(rows.get(id)));
  const write = (row, store = "kept") => inside(store, "readwrite", (rows) => settled(rows.put(row)));
  const remove = (id) => inside("kept", "readwrite", (rows) => settled(rows.delete(id)));
  const all = async (owner, round) => (await inside("kept", "readonly", (rows) => settled(rows.getAll())))
    .filter((row) => row.owner === owner && (!round || row.round === round));

  /** Changes a row only while it is still the one that was read: someone may have answered anew meanwhile. */
  const change = (id, key, how) => inside("kept", "readwrite", async (rows) => {
    const row = await settled(rows.get(id));
    if (row) await settled(rows.put(row.key === key ? how(row) : { ...row, base: how(row).revision ?? row.base }));
  });

  async function keepKey(owner, text) {
    const raw = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
    await write({ owner, key }, "keys");
    globalThis.localStorage?.setItem(MARK, owner);
  }

  async function locked(owner, bytes) {
    const { key } = await read(owner, "keys");
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, locked: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
  }

  async function opened(row) {
    const { key } = await read(row.owner, "keys");
    return crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, key, row.locked);
  }
  const words = async (row) => JSON.parse(new TextDecoder().decode(await opened(row)));

  async function keepAnswer({ owner, round, question, base, told }) {
    const sealed = await locked(owner, new TextEncoder().encode(JSON.stringify(told)));
    const id = `${owner}:${round}:${question}`;
    const row = { id, owner, round, question, base, kind: "answer", key: crypto.randomUUID(), at: Date.now(), ...sealed };
    await write(row);
    return row;
  }

  async function keepPhoto({ owner, round, question, blob }) {
    const key = crypto.randomUUID();
    const sealed = await locked(owner, await blob.arrayBuffer());
    const row = { id: `${owner}:${round}:photo:${key}`, owner, round, question, kind: "photo", key, type: blob.type, at: Date.now(), ...sealed };
    await write(row);
    return row;
  }

  const keepSending = (owner, round) => write({ id: `${owner}:${round}:send`, owner, round, kind: "send", key: crypto.randomUUID(), at: Date.now() });

  const dropOld = () => inside("kept", "readwrite", async (rows) => {
    for (const row of await settled(rows.getAll())) if (Date.now() - row.at > ANSWERS_LAST) rows.delete(row.id);
  });

  // -- sending ------------------------------------------------------------------------------------------------------
  const ORDER = ["answer", "photo", "send"];
  const waits = (row) => !row.sent && !row.refused && !row.theirs;
  const one = (work) => (globalThis.navigator?.locks ? navigator.locks.request(NAME, work) : work());
  const ask = (url, body) => fetch(url, { method: body ? "POST" : "GET", body, headers: { "X-Requested-With": "fetch", Accept: "application/json" }, redirect: "error" });

  /** Sends what waits, one at a time and by one tab at a time. Tells how it went: sent, network, login, other. */
  const send = (owner) => one(async () => {
    const waiting = (await all(owner)).filter(waits).sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
    let next = null;
    for (const round of new Set(waiting.map((row) => row.round))) {
      const place = `/egenkontroll/omgang/${round}/`;
      const state = await ask(`${place}lage/`).catch(() => null);
      if (state?.status === 401) return { how: "login" };
      if (state?.status === 404) { await refuse(waiting.filter((row) => row.round === round), ""); continue; }
      const told = state?.ok ? await state.json().catch(() => null) : null; // a train's own login page is no answer
      if (!told) return { how: "network" };
      if (told.owner !== owner) return { how: "other" };
      for (const row of waiting.filter((one) => one.round === round)) {
        if (row.kind === "send" && (await all(owner, round)).some((one) => one.kind !== "send" && !one.sent)) continue;
        const outcome = await sendOne(place, row, told);
        if (outcome.how !== "sent") return outcome;
        next = outcome.next ?? next;
      }
      tell({ owner, round, next });
    }
    return { how: "sent", next };
  });

  /** Other tabs of the same check show what came of it, and follow when it is sent in. */
  function tell(what) {
    const channel = new BroadcastChannel(NAME);
    channel.postMessage(what);
    channel.close();
  }

  async function refuse(rows, why) {
    for (const row of rows) await change(row.id, row.key, (kept) => ({ ...kept, refused: why || "gone" }));
  }

  async function sendOne(place, row, { csrf, mine }) {
    const body = new FormData();
    for (const [name, value] of [["csrfmiddlewaretoken", csrf], ["written_by", mine], ["key", row.key]]) body.set(name, value);
    if (row.kind !== "send") body.set("question", row.question);
    if (row.kind === "answer") {
      for (const [name, value] of Object.entries(await words(row))) body.set(name, value);
      body.set("seen", row.base ?? 0);
    }
    if (row.kind === "photo") body.set("photo", new Blob([await opened(row)], { type: row.type }), "foto.jpg");
    const path = { answer: "svar/", photo: "bild/", send: "skicka/" }[row.kind];
    const answer = await ask(place + path, body).catch(() => null);
    if (!answer || answer.status >= 500 || answer.status === 403) return { how: "network" };
    if (answer.status === 401) return { how: "login" };
    if (row.kind === "send" && answer.status === 204) {
      await remove(row.id);
      return { how: "sent", next: answer.headers.get("X-Next") };
    }
    const told = await answer.json().catch(() => null);
    if (!told) return { how: "network" };
    await settle(row, answer, told);
    return { how: "sent" };
  }

  async function settle(row, answer, told) {
    if (answer.status === 409 && told.theirs) return change(row.id, row.key, (kept) => ({ ...kept, theirs: told.theirs }));
    if (!answer.ok) return refuse([row], told.problem);
    if (row.kind === "photo") return remove(row.id);
    return change(row.id, row.key, (kept) => ({ ...kept, sent: true, revision: told.revision }));
  }

  // -- taking away --------------------------------------------------------------------------------------------------
  async function forgetPages() {
    for (const name of await caches.keys()) if (name.startsWith(NAME)) await caches.delete(name);
  }

  async function forgetPage(path) {
    for (const name of await caches.keys()) if (name.startsWith(NAME)) await (await caches.open(name)).delete(path);
  }

  /** Someone else is here: the pages and the keys go. What was not sent lies locked until its owner is back. */
  async function lock() {
    globalThis.localStorage?.removeItem(MARK);
    await forgetPages();
    await inside("keys", "readwrite", (rows) => settled(rows.clear()));
  }

  async function clear() {
    globalThis.localStorage?.removeItem(MARK);
    await forgetPages();
    for (const store of ["kept", "keys"]) await inside(store, "readwrite", (rows) => settled(rows.clear()));
  }

  self.hjuletKept = { NAME, DAY, MARK, all, read, write, remove, words, opened, keepKey, keepAnswer, keepPhoto, keepSending, dropOld, send, waits, forgetPage, lock, clear };
})();
