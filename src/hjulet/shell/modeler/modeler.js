/*! Holds bpmn-js and diagram-js, copyright Camunda Services GmbH, under the licence at bpmn.io/license. */
// Draws a process in BPMN 2.0. The library's logo in the corner must stay as it is, with nothing over it.
import Modeler from "bpmn-js/lib/Modeler";
import { foreign } from "./foreign.js";
import { Frame, make } from "./frame.js";
import hjulet from "./hjulet.json";
import "./icons.js";
import { same, Saver } from "./saver.js";
import { touch } from "./touch.js";
import { clock, translation, when, words } from "./words.js";

const STYLES = new URL("../css/modeler.css", import.meta.url).href;

const styled = () => new Promise((resolve) => {
  if (document.querySelector(`link[href="${STYLES}"]`)) return resolve();
  const sheet = make("link", { rel: "stylesheet", href: STYLES });
  sheet.addEventListener("load", resolve);
  sheet.addEventListener("error", resolve);
  document.head.append(sheet);
});

// The library writes a carriage return as it is, and the next reader would make a space of it.
const written = (xml) => xml.replace(/"[^"<>]*\r[^"<>]*"/g, (value) => value.replaceAll("\r", "&#13;"));
// The text is decoded already; the library warns about any other encoding than its own.
const decoded = (xml) => xml.replace(/^(\uFEFF?<\?xml[^>]*?)\sencoding=(["']).*?\2/, "$1");

class Drawing {
  constructor(element) {
    this.element = element;
    this.frame = new Frame(element, (command) => this.run(command));
    const { load, save, owner = "" } = element.dataset;
    const csrf = (element.querySelector("[name=csrfmiddlewaretoken]") ?? document.querySelector("[name=csrfmiddlewaretoken]"))?.value ?? "";
    // Before the saver's own: a word that is being written belongs to what is saved when one leaves.
    addEventListener("beforeunload", () => this.finish());
    this.saver = new Saver({ load, save, owner, csrf }, () => this.xml(), (...said) => this.tell(...said));
  }

  async open() {
    this.frame.say(words.loading);
    this.frame.warn();
    let theirs;
    try {
      [theirs] = await Promise.all([this.saver.fetch(), styled()]);
    } catch {
      this.frame.say("");
      return this.frame.warn([words.noLoad], [[words.again, () => this.open()]]);
    }
    this.frame.say("");
    Object.assign(this.saver, { revision: theirs.revision, size: theirs.xml.length });
    this.build();
    this.frame.canvas.hidden = true; // else the browser lays out the page for each part that is added
    try { await this.read(theirs); } catch { return this.unreadable(theirs); }
    this.frame.canvas.hidden = false;
    this.canvas.resized();
    this.run("fit");
    this.watch();
    this.element.dataset.ready = "1";
    this.element.dispatchEvent(new CustomEvent("modeler:ready", { bubbles: true }));
  }

  build() {
    this.modeler = new Modeler({ container: this.frame.canvas, additionalModules: [translation, foreign], moddleExtensions: { hjulet } });
    this.canvas = this.modeler.get("canvas");
    this.commands = this.modeler.get("commandStack");
    const svg = this.frame.canvas.querySelector("svg[data-element-id]") ?? this.frame.canvas.querySelector(".djs-container > svg");
    svg.setAttribute("role", "application");
    svg.setAttribute("aria-label", words.canvas);
    touch(svg, this.canvas);
  }

  /** What was drawn here and never arrived goes before what the server has. */
  async read(theirs) {
    const mine = this.saver.kept();
    if (!mine || same(mine.xml, theirs.xml)) return this.import(theirs);
    try { await this.modeler.importXML(mine.xml); } catch { return this.import(theirs); }
    if (String(mine.revision) !== String(theirs.revision)) {
      this.saver.revision = mine.revision;
      return this.saver.hold("conflict");
    }
    this.frame.note = words.restored.replace("%s", when(new Date(mine.saved)));
    this.frame.say("");
    this.saver.touched();
  }

  async import({ xml }) {
    let lost = []; // what could not be read; what could be read but not drawn is kept in the file
    this.modeler.get("eventBus").once("import.parse.complete", ({ warnings }) => { lost = warnings; });
    await this.modeler.importXML(decoded(xml));
    if (lost.length) this.frame.warn([words.partly], [[words.original, () => this.download(xml)]]);
  }

  unreadable({ xml }) {
    this.modeler.destroy();
    this.frame.canvas.hidden = this.frame.tools.hidden = true;
    this.frame.warn([words.noRead], [[words.original, () => this.download(xml)]]);
  }

  watch() {
    const bus = this.modeler.get("eventBus");
    bus.on("commandStack.changed", ({ trigger }) => {
      this.possible();
      if (trigger !== "clear") this.saver.touched();
    });
    // A command that breaks off leaves the library half-way: what it would write from then on is not to be trusted.
    bus.on("error", () => this.broke());
    bus.on("popupMenu.opened", () => {
      // The one name that the library does not translate.
      this.frame.canvas.querySelector('.djs-popup [aria-label="Results"]')?.setAttribute("aria-label", words.choices);
    });
    bus.on("selection.changed", ({ newSelection }) => {
      const elements = newSelection.map(({ id, type, businessObject: { name = "" } }) => ({ id, type, name }));
      this.element.dispatchEvent(new CustomEvent("modeler:selected", { bubbles: true, detail: { elements } }));
    });
    this.element.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("fullscreenchange", () => this.filled(document.fullscreenElement === this.element));
    new ResizeObserver(() => this.canvas.resized()).observe(this.frame.canvas);
    this.possible();
  }

  possible() {
    this.frame.can("undo", this.commands.canUndo());
    this.frame.can("redo", this.commands.canRedo());
  }

  // In the drawing itself the library listens; this is for when one stands on a button beside it.
  key(event) {
    if (event.key === "Escape" && this.element.classList.contains("is-full")) this.filled(false);
    if (this.frame.canvas.contains(event.target) || !(event.ctrlKey || event.metaKey)) return;
    const command = { z: event.shiftKey ? "redo" : "undo", y: "redo" }[event.key.toLowerCase()];
    if (!command) return;
    event.preventDefault();
    this.run(command);
  }

  run(command) {
    const centre = { x: this.frame.canvas.clientWidth / 2, y: this.frame.canvas.clientHeight / 2 };
    const steps = {
      undo: () => this.commands.undo(),
      redo: () => this.commands.redo(),
      fit: () => this.fit(),
      in: () => this.canvas.zoom(Math.min(this.canvas.zoom() * 1.25, 4), centre),
      out: () => this.canvas.zoom(Math.max(this.canvas.zoom() / 1.25, 0.1), centre),
      full: () => this.fill(),
    };
    steps[command]();
  }

  /** The whole drawing, in the room that the palette leaves: it stands to the left, on a telephone at the top. */
  fit() {
    const { inner, outer } = this.canvas.viewbox();
    const palette = this.frame.canvas.querySelector(".djs-palette").getBoundingClientRect();
    const edge = 16;
    const wide = palette.width > outer.width / 2;
    const [left, top] = wide ? [edge, palette.height + edge] : [palette.width + 2 * edge, edge];
    const [width, height] = [outer.width - left - edge, outer.height - top - edge];
    const scale = Math.max(0.05, Math.min(1, width / inner.width, height / inner.height));
    const before = (room, size) => Math.max(0, (room - size * scale) / 2);
    this.canvas.viewbox({
      x: inner.x - (left + before(width, inner.width)) / scale,
      y: inner.y - (top + before(height, inner.height)) / scale,
      width: outer.width / scale,
      height: outer.height / scale,
    });
  }

  // A telephone may have no full screen for a part of a page: then the part fills the window.
  fill() {
    const full = this.element.classList.contains("is-full");
    if (full && document.fullscreenElement) return document.exitFullscreen();
    if (full || !document.fullscreenEnabled) return this.filled(!full);
    return this.element.requestFullscreen().catch(() => this.filled(true));
  }

  filled(full) {
    this.element.classList.toggle("is-full", full);
    this.frame.button("full").textContent = full ? words.leave : words.full;
    this.canvas.resized();
    this.run("fit");
  }

  finish() {
    const writing = this.modeler?.get("directEditing");
    if (writing?.isActive()) writing.complete();
  }

  broke() {
    this.saver.halt();
    this.tell("broke");
  }

  async xml() {
    try {
      const { xml } = await this.modeler.saveXML({ format: true });
      return written(xml);
    } catch (error) {
      this.broke();
      throw error;
    }
  }

  async download(xml) {
    const href = URL.createObjectURL(new Blob([xml ?? (await this.xml())], { type: "application/xml" }));
    make("a", { href, download: `${this.element.dataset.name ?? "process"}.bpmn` }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  }

  tell(state, said) {
    if (state === "saving") return this.frame.say(words.saving);
    if (state === "lost") return this.frame.say(words.lost);
    const mine = [words.mine, () => this.download()];
    if (state === "only") return this.frame.warn([words.only], [mine]);
    if (state === "saved") {
      this.frame.say(words.saved.replace("%s", said.saved ?? clock()));
      this.frame.warn();
      return this.element.dispatchEvent(new CustomEvent("modeler:saved", { bubbles: true, detail: { revision: said.revision } }));
    }
    this.frame.say(words.notSaved);
    const anew = () => location.reload();
    const theirs = [words.theirs, () => { this.saver.forget(); anew(); }];
    const told = {
      session: [[words.session], [[words.login, this.element.dataset.login ?? anew]]],
      broke: [[words.broke], [[words.reload, anew]]],
      stale: [[words.stale], [[words.reload, anew]]],
      conflict: [[said ?? words.conflict, words.choose], [mine, theirs]],
      refused: [[said ?? words.refused, words.keptHere], [mine]],
    };
    return this.frame.warn(...told[state]);
  }
}

export const start = (element) => new Drawing(element).open();
