// Keeps a drawing: on this device a moment after each change, on the server after each pause. Tells how it goes.
const PAUSE = 2000;
const SOON = 300;
const RETRY = 10000;
const LAST_WORDS = 60_000; // bytes a browser still sends from a page that is being left
// The same beginning as other drafts, so that logging out empties it. Without their `at`: a drawing is about no one, and may
// wait over a weekend.
const PREFIX = "hjulet-draft:modeler:";

const HEADERS = { Accept: "application/json", "X-Requested-With": "fetch" }; // else a lost session answers with a page

const lines = (text) => text.replaceAll("\r\n", "\n").trimEnd();
// What the server keeps of the file as it was, and the library does not write: comments and instructions.
const BEFORE = /^(<\?xml[^?]*\?>\s*)(?:(?:<!--[^]*?-->|<\?[^]*?\?>)\s*)+/;
const WITHIN = /<!--[^]*?-->|(?!^)<\?[^]*?\?>/g;
const plain = (text) => lines(text).replace(BEFORE, "$1").replace(WITHIN, "").trimEnd();

/** Whether what the server has is what was sent; a form sends its line ends in its own way. */
export const same = (mine, theirs) => lines(mine) === lines(theirs) || lines(mine) === plain(theirs);

export class Saver {
  constructor({ load, save, owner, csrf }, read, tell) {
    Object.assign(this, { load, url: save, csrf, read, tell });
    // A signed token has the time in it; what stands before the first colon is the person.
    this.key = `${PREFIX}${owner.split(":")[0]}:${new URL(save, location.href).pathname}`;
    this.dirty = this.busy = this.stopped = this.halted = this.lost = false;
    this.safe = true;
    this.size = 0;
    addEventListener("online", () => this.save());
    addEventListener("beforeunload", (event) => this.leave(event));
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.save(); });
  }

  /** What lies on this device since before: {revision, saved, xml}, or null. */
  kept() {
    try { return JSON.parse(localStorage.getItem(this.key)); } catch { return null; }
  }

  touched() {
    if (this.halted) return;
    this.dirty = true;
    this.later("keeping", () => this.keep().catch(() => {}), SOON);
    this.later("saving", () => this.save(), PAUSE);
  }

  later(name, run, wait) {
    clearTimeout(this[name]);
    this[name] = setTimeout(run, wait);
  }

  /** What can be read from now on is wrong: what was kept before stays as it is. */
  halt() {
    this.halted = this.stopped = true;
    clearTimeout(this.keeping);
    clearTimeout(this.saving);
  }

  async keep() {
    clearTimeout(this.keeping);
    const xml = await this.read();
    this.size = new Blob([xml]).size;
    this.text = JSON.stringify({ revision: this.revision, saved: new Date(), xml });
    try {
      localStorage.setItem(this.key, this.text);
      this.safe = true;
    } catch {
      this.safe = false; // no room, or not allowed
      this.tell("only");
    }
    return xml;
  }

  forget() {
    clearTimeout(this.keeping);
    this.dirty = false;
    // Another tab may have kept something later.
    if (!this.text || localStorage.getItem(this.key) === this.text) localStorage.removeItem(this.key);
  }

  async save() {
    if (this.busy || !this.dirty || this.stopped) return;
    this.busy = true;
    this.dirty = false;
    clearTimeout(this.saving);
    this.tell("saving");
    try { await this.send(await this.keep()); } catch { if (!this.halted) this.wait(); }
    this.busy = false;
    if (this.dirty && !this.lost) this.touched();
  }

  async send(xml) {
    const body = new FormData();
    for (const [name, value] of Object.entries({ xml, revision: this.revision, csrfmiddlewaretoken: this.csrf })) body.append(name, value);
    const keepalive = this.size < LAST_WORDS;
    const answer = await fetch(this.url, { method: "POST", body, keepalive, headers: HEADERS });
    const said = await answer.json().catch(() => ({}));
    if (answer.ok && said.revision !== undefined) return this.done(said);
    if (answer.ok || answer.status >= 500 || answer.status === 429) return this.wait(); // a hotel's login page says 200
    if (answer.status === 409) return this.conflict(xml, said.message);
    this.hold({ 401: "session", 403: "stale" }[answer.status] ?? "refused", said.message);
  }

  async done(said) {
    this.revision = said.revision;
    this.lost = false;
    this.tell("saved", said);
    if (this.dirty) await this.keep();
    else this.forget();
  }

  /** No contact: tried again after a while, and when the network is back. */
  wait() {
    this.dirty = this.lost = true;
    this.tell("lost");
    this.later("saving", () => this.save(), RETRY);
  }

  /** Not without the person. What is refused may be drawn otherwise, so that is tried again at the next change. */
  hold(why, message) {
    this.dirty = true;
    this.stopped = why !== "refused";
    this.lost = true;
    this.tell(why, message);
  }

  async conflict(xml, message) {
    // Perhaps what was sent before arrived, and only the answer did not.
    const theirs = await this.fetch();
    if (same(xml, theirs.xml)) return this.done(theirs);
    this.hold("conflict", message);
  }

  /** {xml, revision} as the server has it. Throws when there is no such answer. */
  async fetch() {
    const answer = await fetch(this.load, { headers: HEADERS, cache: "no-store" });
    const said = await answer.json();
    if (!answer.ok || typeof said.xml !== "string") throw new Error(String(answer.status));
    return said;
  }

  leave(event) {
    if (this.halted || (!this.dirty && !this.busy)) return;
    const sent = !this.stopped && !this.lost && this.size < LAST_WORDS;
    if (this.dirty) this.stopped ? this.keep().catch(() => {}) : this.save();
    // What waits for a login or a choice lies on this device, and comes back with the page.
    if (!this.safe || !(sent || this.stopped)) event.preventDefault();
  }
}
