// The tools: one tab stop, arrow keys between them; each button tells whether it is on.
import { setBlockType, toggleMark, wrapIn } from "prosemirror-commands";
import { redo, undo } from "prosemirror-history";
import { liftListItem, wrapInList } from "prosemirror-schema-list";
import {
  addColumnAfter, addRowAfter, deleteColumn, deleteRow, deleteTable, isInTable, toggleHeaderRow,
} from "prosemirror-tables";
import { schema } from "./schema.js";

const { nodes, marks } = schema;

const inside = (state, type, attrs = {}) => {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    const node = $from.node(depth);
    if (node.type === type) return Object.entries(attrs).every(([name, value]) => node.attrs[name] === value);
  }
  return false;
};
const marked = (state, type) => {
  const { from, to, empty, $from } = state.selection;
  return empty ? Boolean(type.isInSet(state.storedMarks ?? $from.marks())) : state.doc.rangeHasMark(from, to, type);
};
const lines = (type, attrs) => (state, dispatch) =>
  inside(state, type, attrs) ? setBlockType(nodes.paragraph)(state, dispatch) : setBlockType(type, attrs)(state, dispatch);
const list = (type) => (state, dispatch) =>
  inside(state, type) ? liftListItem(nodes.list_item)(state, dispatch) : wrapInList(type)(state, dispatch);
const emptyTable = (state, dispatch) => {
  if (isInTable(state) || inside(state, nodes.heading)) return false;
  const row = (type) => nodes.table_row.create(null, [0, 1, 2].map(() => type.createAndFill()));
  const table = nodes.table.create(null, [row(nodes.table_header), row(nodes.table_cell), row(nodes.table_cell)]);
  dispatch?.(state.tr.replaceSelectionWith(table).scrollIntoView());
  return true;
};

export const commands = {
  h2: { run: lines(nodes.heading, { level: 2 }), on: (state) => inside(state, nodes.heading, { level: 2 }) },
  h3: { run: lines(nodes.heading, { level: 3 }), on: (state) => inside(state, nodes.heading, { level: 3 }) },
  h4: { run: lines(nodes.heading, { level: 4 }), on: (state) => inside(state, nodes.heading, { level: 4 }) },
  bold: { run: toggleMark(marks.strong), on: (state) => marked(state, marks.strong) },
  italic: { run: toggleMark(marks.em), on: (state) => marked(state, marks.em) },
  bullets: { run: list(nodes.bullet_list), on: (state) => inside(state, nodes.bullet_list) },
  numbers: { run: list(nodes.ordered_list), on: (state) => inside(state, nodes.ordered_list) },
  quote: { run: wrapIn(nodes.blockquote) },
  link: { on: (state) => marked(state, marks.link) },
  table: { run: emptyTable },
  row: { run: addRowAfter, table: true },
  column: { run: addColumnAfter, table: true },
  "row-away": { run: deleteRow, table: true },
  "column-away": { run: deleteColumn, table: true },
  "header-row": { run: toggleHeaderRow, table: true },
  "table-away": { run: deleteTable, table: true },
  undo: { run: undo },
  redo: { run: redo },
};

export class Toolbar {
  constructor(element, view, openLink) {
    this.view = view;
    this.buttons = [...element.querySelectorAll("button[data-command]")];
    this.tables = element.querySelector("[data-table-tools]");
    for (const button of this.buttons) {
      button.addEventListener("mousedown", (event) => event.preventDefault()); // the text keeps its selection
      button.addEventListener("click", () => this.run(button.dataset.command, openLink));
    }
    element.addEventListener("keydown", (event) => this.move(event));
    element.addEventListener("focusin", (event) => this.stop(event.target.closest("button")));
    this.stop(this.buttons[0]);
  }

  shown() { return this.buttons.filter((button) => !button.closest("[hidden]")); }

  stop(button) { if (button) for (const one of this.buttons) one.tabIndex = one === button ? 0 : -1; }

  run(name, openLink) {
    if (this.buttons.find((button) => button.dataset.command === name)?.getAttribute("aria-disabled") === "true") return;
    if (name === "link") return openLink();
    commands[name].run(this.view.state, this.view.dispatch, this.view);
    if (document.activeElement.closest("[hidden]") || document.activeElement === document.body) this.view.focus();
  }

  move(event) {
    const all = this.shown();
    const place = all.indexOf(document.activeElement);
    const to = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === "Escape") this.view.focus();
    if (to === undefined) return;
    event.preventDefault();
    all.at(to % all.length).focus();
  }

  update(state) {
    const inTable = isInTable(state);
    if (this.tables) this.tables.hidden = !inTable;
    for (const button of this.buttons) {
      const { run, on, table } = commands[button.dataset.command];
      if (on) button.setAttribute("aria-pressed", String(on(state)));
      const possible = table ? inTable : button.dataset.command === "link" || on?.(state) || run(state);
      button.setAttribute("aria-disabled", String(!possible));
    }
    const stop = this.buttons.find((button) => button.tabIndex === 0);
    if (stop?.closest("[hidden]")) this.stop(this.shown()[0]);
  }
}
