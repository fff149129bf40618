// A self-check on a phone: each answer is kept on the device at once and sent as soon as there is a network.
import "./checkkept.js";

const kept = globalThis.hjuletKept;
const LONGEST_SIDE = 1600;
const QUALITY = 0.85;
const RETRY = 30 * 1000;
const PAUSE = 800; // before something is sent
const TYPING = 200; // before what is typed is kept: a tab may be closed at any moment
const clock = (time) => new Date(time).toTimeString().slice(0, 5).replace(":", ".");

function element(name, text, put = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  return Object.assign(made, put);
}

/** A photo small enough for a phone's network, upright and without where it was taken. One that cannot be drawn goes as it is. */
async function smaller(file) {
  try {
    const picture = await createImageBitmap(file);
    const part = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = element("canvas", "", { width: Math.round(picture.width * part), height: Math.round(picture.height * part) });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((done) => { canvas.toBlob((blob) => done(blob ?? file), "image/jpeg", QUALITY); });
  } catch { return file; }
}

class Check {
  constructor(form) {
    this.form = form;
    this.words = form.dataset;
    this.owner = this.words.owner;
    this.round = this.words.round;
    this.told = form.querySelector("[data-kept-status]");
    this.typing = new Map();
  }

  async open() {
    await kept.keepKey(this.owner, this.words.key);
    await kept.dropOld();
    this.form.addEventListener("change", (event) => this.changed(event, 0));
    this.form.addEventListener("input", (event) => this.changed(event, TYPING));
    this.form.addEventListener("submit", (event) => this.submitted(event));
    addEventListener("online", () => this.send());
    new BroadcastChannel(kept.NAME).addEventListener("message", ({ data }) => this.heard(data));
    document.addEventListener("visibilitychange", () => document.hidden && this.saveTyped());
    this.form.addEventListener("focusout", () => this.saveTyped());
    await this.restore();
    this.count();
    this.form.dataset.ready = "1";
    await this.send();
    navigator.storage?.persist?.().catch(() => {}); // not to be the first thing that a full phone throws away
    await this.beKept().catch(() => {}); // a browser without it loses only the page, not the answers
  }

  async beKept() {
    if (!navigator.serviceWorker) return;
    navigator.serviceWorker.addEventListener("message", ({ data }) => data.ready && this.ready());
    await navigator.serviceWorker.register("/sw.js", { scope: "/egenkontroll/" });
    this.worker = await navigator.serviceWorker.ready;
    const assets = [...new Set(performance.getEntriesByType("resource").map((one) => new URL(one.name).pathname))];
    this.worker.active.postMessage({ keep: location.pathname, assets: [...assets, "/static/js/checkgone.js"] });
  }

  /** From now the page opens also where there is no network. */
  ready() {
    this.form.dataset.kept = "1";
    this.form.querySelector("[data-kept-ready]").hidden = false;
  }

  say(text, link) {
    this.told.textContent = text ?? "";
    if (link) this.told.append(" ", element("a", this.words.tLogin, { href: link }));
  }

  // -- what is asked ------------------------------------------------------------------------------------------------
  asked(code) { return this.form.querySelector(`[data-question="${CSS.escape(code)}"]`); }
  get questions() { return [...this.form.querySelectorAll("[data-question]")]; }
  control(code, name) { return this.form.elements[`${name}-${code}`]; }
  answer(code) {
    return { points: this.control(code, "points").value, note: this.control(code, "note").value, follow_up: this.control(code, "follow_up")?.value ?? "" };
  }

  fill(code, told) {
    for (const one of this.control(code, "points")) one.checked = one.value === told.points;
    this.control(code, "note").value = told.note;
    if (this.control(code, "follow_up")) this.control(code, "follow_up").value = told.follow_up;
    if (told.note) this.control(code, "note").closest("details")?.setAttribute("open", "");
  }

  seen(code, revision) {
    const field = this.control(code, "seen");
    if (revision !== undefined) field.value = revision;
    return Number(field.value);
  }

  // -- keeping ------------------------------------------------------------------------------------------------------
  changed(event, pause) {
    const code = event.target.closest("[data-question]")?.dataset.question;
    if (!code) return;
    if (event.target.type === "file") return event.type === "change" && this.keep(() => this.photos(code, event.target));
    clearTimeout(this.typing.get(code));
    this.typing.set(code, setTimeout(() => this.save(code), pause));
    this.form.dataset.saving = "1";
    this.say(this.words.tSaving);
    this.count();
  }

  saveTyped() {
    return Promise.all([...this.typing.keys()].map((code) => this.save(code)));
  }

  /** The device may be full. Then the words stay in the form, and the ordinary buttons send them. */
  keep(work) {
    return work().catch(() => { this.full = true; this.say(this.words.tFull); });
  }

  save(code) {
    return this.keep(() => this.saveNow(code));
  }

  async saveNow(code) {
    clearTimeout(this.typing.get(code));
    this.typing.delete(code);
    const before = await kept.read(`${this.owner}:${this.round}:${code}`);
    const base = before && !before.sent ? before.base : Math.max(before?.revision ?? 0, this.seen(code));
    await kept.keepAnswer({ owner: this.owner, round: this.round, question: code, base, told: this.answer(code) });
    this.later();
    if (this.typing.size) return;
    delete this.form.dataset.saving;
    this.say(this.words.tKept.replace("%s", clock(Date.now())));
  }

  async photos(code, input) {
    for (const file of input.files) {
      const blob = await smaller(file);
      const row = await kept.keepPhoto({ owner: this.owner, round: this.round, question: code, blob });
      await this.showPhoto(row);
    }
    input.value = "";
    this.later();
  }

  /** Another tab, or the browser itself when the network was back, has sent something of this check. */
  async heard({ owner, round, next }) {
    if (owner !== this.owner || round !== this.round) return;
    this.how = "sent";
    if (next) location.assign(new URL(next, location.href));
    else await this.show();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), PAUSE);
  }

  // -- putting back -------------------------------------------------------------------------------------------------
  async restore() {
    for (const row of await kept.all(this.owner, this.round)) {
      if (row.kind === "send") continue;
      const plain = await kept.opened(row).catch(() => null); // locked with a key that is no more
      if (!plain) await kept.remove(row.id);
      else if (row.kind === "photo") await this.showPhoto(row);
      else await this.putBack(row);
    }
    await this.show();
  }

  async putBack(row) {
    if (!this.asked(row.question)) return;
    if (row.sent && this.seen(row.question) >= row.revision) return kept.remove(row.id); // the page already has it
    this.fill(row.question, await kept.words(row));
    if (row.sent) this.seen(row.question, row.revision);
  }

  async showPhoto(row) {
    const list = this.asked(row.question)?.querySelector("[data-photos]");
    if (!list || list.querySelector(`[data-photo="${row.key}"]`)) return;
    const item = element("li", "");
    item.dataset.photo = row.key;
    const picture = await createImageBitmap(new Blob([await kept.opened(row)], { type: row.type })).catch(() => null);
    if (picture) {
      const canvas = element("canvas", "", { width: 120, height: Math.round((120 * picture.height) / picture.width) });
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", this.words.tPhoto);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      item.append(canvas);
    }
    const away = element("button", this.words.tRemove, { type: "button", className: "btn btn-quiet" });
    away.addEventListener("click", async () => { await kept.remove(row.id); item.remove(); this.show(); });
    item.append(element("span", this.words.tPhotoKept), away);
    list.append(item);
  }

  // -- sending ------------------------------------------------------------------------------------------------------
  async send() {
    clearTimeout(this.timer);
    const { how, next } = await kept.send(this.owner);
    this.how = how;
    clearInterval(this.retry);
    if (how === "network") {
      this.retry = setInterval(() => this.send(), RETRY);
      this.worker?.sync?.register(`${kept.NAME}:${this.owner}`).catch(() => {});
    }
    await this.show();
    if (next) location.assign(new URL(next, location.href));
    return how;
  }

  /** Tells where everything is: at each question what the server said of it, and on top what still waits. */
  async show() {
    const rows = await kept.all(this.owner, this.round);
    for (const one of this.questions) this.note(one, rows.filter((row) => row.question === one.dataset.question));
    const keys = new Set(rows.map((row) => row.key));
    for (const item of this.form.querySelectorAll("[data-photo]")) if (!keys.has(item.dataset.photo)) this.photoArrived(item);
    if (this.form.dataset.saving) return; // it says so until all that is typed is kept
    if (this.how === "login" || this.how === "other") this.say(this.words.tLoggedOut, this.words.login);
    else this.sum(rows, rows.filter(kept.waits));
  }

  sum(rows, waiting) {
    const closing = waiting.some((row) => row.kind === "send");
    const count = this.words[closing ? "tClosing" : "tWaiting"].replace("%s", waiting.filter((row) => row.kind !== "send").length);
    const refused = rows.find((row) => row.kind === "send" && row.refused);
    if (this.how === "network") return this.say(waiting.length ? `${this.words.tOffline} ${count}` : this.words.tOfflineEmpty);
    if (refused) return this.say(refused.refused);
    if (rows.some((row) => row.theirs || row.refused)) return this.say(this.words.tSome);
    if (!waiting.length) this.say(rows.length ? this.words.tSaved.replace("%s", clock(Date.now())) : this.words.tStart);
  }

  photoArrived(item) {
    item.querySelector("button")?.remove();
    item.querySelector("span").textContent = this.words.tPhotoSent;
    delete item.dataset.photo;
  }

  /** Below a question: what the server would not take, and whether someone else has answered it. */
  note(question, rows) {
    const place = question.querySelector("[data-note]");
    place.replaceChildren();
    for (const row of rows) {
      if (row.sent) this.seen(row.question, row.revision);
      if (row.theirs) place.append(this.conflict(row));
      if (row.refused) place.append(element("p", row.refused === "gone" ? this.words.tGone : row.refused, { className: "field-error" }));
    }
  }

  conflict(row) {
    const box = element("div", "", { className: "notice notice-warning" });
    box.setAttribute("role", "alert");
    box.append(element("span", "")); // where other notices have their mark
    const mine = element("button", this.words.tMine, { type: "button", className: "btn" });
    const other = element("button", this.words.tTheirs, { type: "button", className: "btn btn-quiet" });
    mine.addEventListener("click", async () => {
      const { theirs, ...rest } = row;
      await kept.write({ ...rest, base: theirs.revision, key: crypto.randomUUID(), at: Date.now() });
      await this.send();
    });
    other.addEventListener("click", async () => {
      this.fill(row.question, row.theirs);
      this.seen(row.question, row.theirs.revision);
      await kept.remove(row.id);
      this.count();
      await this.show();
    });
    const words = element("div", "");
    const buttons = element("div", "", { className: "btn-row" });
    buttons.append(mine, other);
    words.append(element("p", row.theirs.words), buttons);
    box.append(words);
    return box;
  }

  // -- the buttons --------------------------------------------------------------------------------------------------
  async submitted(event) {
    const [verb] = (event.submitter?.value ?? "send").split(":");
    if (verb === "drop" || this.full) return;
    event.preventDefault();
    await this.saveTyped();
    if (verb === "send" && !this.complete()) return;
    if (verb === "send") await kept.keepSending(this.owner, this.round);
    const how = await this.send();
    if (verb === "deviation" && how === "sent") location.assign(event.submitter.dataset.url);
    if (verb === "deviation" && how === "network") this.say(this.words.tDeviation);
  }

  complete() {
    const open = this.questions.filter((one) => !this.control(one.dataset.question, "points").value);
    for (const one of this.questions) one.classList.toggle("has-error", open.includes(one));
    if (!open.length) return true;
    this.say(this.words.tOpen.replace("%s", open.length));
    open[0].scrollIntoView({ block: "center" });
    this.control(open[0].dataset.question, "points")[0].focus({ preventScroll: true });
    return false;
  }

  count() {
    for (const area of this.form.querySelectorAll("[data-area]")) this.countIn(area.querySelectorAll("[data-question]"), this.form.querySelector(`[data-area-count="${CSS.escape(area.dataset.area)}"]`));
    this.countIn(this.questions, this.form.querySelector("[data-count]"));
  }

  countIn(questions, place) {
    const done = [...questions].filter((one) => this.control(one.dataset.question, "points").value).length;
    if (place) place.textContent = `${done}/${questions.length}`;
    const bar = place?.parentElement.querySelector("progress");
    if (bar) bar.value = done;
  }
}

export function start(form) {
  if (!globalThis.crypto?.subtle || !globalThis.indexedDB) return undefined; // then it is an ordinary form
  return new Check(form).open();
}
