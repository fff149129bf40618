// A report's draft: kept on this device, locked with its owner's key, gone after 24 hours and at logout.
const DAY = 24 * 3600 * 1000;
const RETRY = 30 * 1000;
const PREFIX = "hjulet-draft:";
const LEFT_OUT = new Set(["csrfmiddlewaretoken", "written_by", "files"]);

const fromBase64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
const clock = (time) => new Date(time).toTimeString().slice(0, 5).replace(":", ".");
const drafts = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

function dropOld() {
  for (const key of drafts()) {
    let kept;
    try { kept = JSON.parse(localStorage.getItem(key)); } catch { kept = null; }
    if (!kept || Date.now() - kept.at > DAY) localStorage.removeItem(key);
  }
}

class Draft {
  constructor(form) {
    this.form = form;
    this.words = form.dataset;
    this.name = `${PREFIX}${this.words.draftForm}:${this.words.draftOwner}`;
    this.status = document.querySelector("[data-draft-status] span");
    this.timer = null;
    this.waiting = this.busy = false;
  }

  async open() {
    this.form.addEventListener("submit", (event) => this.send(event));
    addEventListener("online", () => this.waiting && this.post());
    if (!globalThis.crypto?.subtle) return this.say(this.words.tNocrypto);
    this.key = await crypto.subtle.importKey("raw", fromBase64(this.words.draftKey), "AES-GCM", false, ["encrypt", "decrypt"]);
    dropOld();
    await this.restore();
    this.form.addEventListener("change", () => this.save());
    this.form.addEventListener("input", () => { clearTimeout(this.pause); this.pause = setTimeout(() => this.save(), 600); });
  }

  say(text) { if (this.status) this.status.textContent = text ?? ""; }

  fields() {
    return [...new FormData(this.form)].filter(([name, value]) => !LEFT_OUT.has(name) && typeof value === "string");
  }

  async save() {
    if (!this.key) return;
    const at = Date.now();
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(this.fields()));
    const text = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.key, plain));
    localStorage.setItem(this.name, JSON.stringify({ at, iv: toBase64(iv), text: [...text] }));
    this.say(this.words.tSaved.replace("%s", clock(at)));
  }

  async restore() {
    const kept = JSON.parse(localStorage.getItem(this.name) ?? "null");
    if (!kept || this.form.querySelector(".error-summary")) return;
    let fields;
    try {
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: fromBase64(kept.iv) }, this.key, new Uint8Array(kept.text));
      fields = JSON.parse(new TextDecoder().decode(plain));
    } catch { return localStorage.removeItem(this.name); }
    for (const box of this.form.querySelectorAll("input[type=checkbox]")) box.checked = false;
    for (const [name, value] of fields) this.fill(name, value);
    this.form.elements.unit?.dispatchEvent(new Event("change")); // who reads it depends on what was put back
    this.say(`${this.words.tRestored.replace("%s", clock(kept.at))} ${this.words.tFiles}`);
  }

  fill(name, value) {
    for (const control of this.form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (control.type === "radio" || control.type === "checkbox") control.checked ||= control.value === value;
      else if (control.type !== "file") control.value = value;
      if (control.dataset.island === "editor") control.dispatchEvent(new Event("editor:read"));
    }
  }

  // Sent in the background, so that a network lost on the way never costs the words. Only an answer that must be
  // shown leaves the page; the submission key in the form makes a second sending harmless.
  send(event) {
    event.preventDefault();
    delete this.form.dataset.sending;
    this.post();
  }

  async post() {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.pause);
    try { await this.save(); } catch { /* no room to keep a draft: sending matters more */ }
    try {
      const body = new FormData(this.form);
      this.answered(await fetch(this.form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } }));
    } catch { this.hold(); }
    this.busy = false;
  }

  hold() {
    this.waiting = true;
    this.say(this.words.tOffline);
    this.timer ??= setInterval(() => this.post(), RETRY);
  }

  answered(answer) {
    const next = answer.headers.get("X-Next");
    if (answer.ok && !next) return this.hold(); // a hotel's or a train's own login page
    clearInterval(this.timer);
    this.timer = null;
    this.waiting = false;
    if (answer.status === 401) return this.askLogin();
    if (next) return location.assign(new URL(next, answer.url));
    HTMLFormElement.prototype.submit.call(this.form); // the server's own page tells what is wrong
  }

  askLogin() {
    this.say("");
    const link = document.createElement("a");
    link.href = this.words.login;
    link.textContent = this.words.tLogin;
    this.status.append(link);
  }
}

export function start(element) {
  if (element.dataset.island === "draft") return new Draft(element).open();
  const { draftForm, draftOwner } = element.dataset;
  for (const key of drafts()) if (!draftForm || key === `${PREFIX}${draftForm}:${draftOwner}`) localStorage.removeItem(key);
}
