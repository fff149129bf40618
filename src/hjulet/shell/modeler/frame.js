// What stands around the drawing: tools, how the saving goes, and what to do when it does not.
import { words } from "./words.js";

export function make(name, attributes = {}, ...children) {
  const one = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
  one.append(...children);
  return one;
}

const tool = (name) => make("button", { type: "button", "data-command": name }, words[name]);
const group = (...names) => make("span", { class: "tool-group" }, ...names.map(tool));

function shortcuts() {
  const rows = words.shortcuts.map(([keys, text]) =>
    make("div", {}, make("dt", {}, text), make("dd", {}, ...keys.split(" ").flatMap((key) => [make("kbd", {}, key), " "]))));
  return make("details", { class: "editor-keys" }, make("summary", {}, words.keys), make("dl", {}, ...rows));
}

export class Frame {
  constructor(element, run) {
    element.classList.add("editor", "modeler");
    element.querySelector("[data-without]")?.remove(); // what the page says where there is no tool
    this.tools = make("div", { class: "tools", role: "group", "aria-label": words.tools }, group("undo", "redo"), group("fit", "in", "out"), group("full"));
    this.state = element.querySelector("[data-savestate]") ?? make("p", { class: "savestate", role: "status", "data-savestate": "" });
    this.trouble = make("div", { class: "modeler-trouble", role: "alert" });
    this.canvas = make("div", { class: "modeler-canvas", "data-canvas": "" });
    element.append(this.tools, this.state, this.trouble, this.canvas, shortcuts());
    this.tools.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button && button.getAttribute("aria-disabled") !== "true") run(button.dataset.command);
    });
  }

  button(name) { return this.tools.querySelector(`[data-command=${name}]`); }

  can(name, possible) { this.button(name).setAttribute("aria-disabled", String(!possible)); }

  /** How the saving goes; `note` is what stands before it. */
  say(text) { this.state.textContent = [this.note, text].filter(Boolean).join(" "); }

  /** Sentences, and what to do: [words, function or address] each. Nothing empties it. */
  warn(sentences = [], ways = []) {
    this.trouble.replaceChildren();
    if (!sentences.length) return;
    const row = make("div", { class: "btn-row" }, ...ways.map(([text, way]) => {
      if (typeof way === "string") return make("a", { class: "btn btn-primary", href: way }, text);
      const button = make("button", { type: "button", class: "btn" }, text);
      button.addEventListener("click", way);
      return button;
    }));
    this.trouble.append(make("div", { class: "notice notice-warning" }, make("div", {}, ...sentences.map((one) => make("p", {}, one)), row)));
  }
}
