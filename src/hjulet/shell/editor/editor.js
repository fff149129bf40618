// A text box that holds HTML becomes an editor. The box stays in the form and is kept in step, so a plain POST works.
import { baseKeymap, chainCommands, exitCode } from "prosemirror-commands";
import { gapCursor } from "prosemirror-gapcursor";
import { history } from "prosemirror-history";
import { keymap } from "prosemirror-keymap";
import { DOMParser, DOMSerializer } from "prosemirror-model";
import { liftListItem, sinkListItem, splitListItem } from "prosemirror-schema-list";
import { EditorState, Plugin, TextSelection } from "prosemirror-state";
import { goToNextCell, tableEditing } from "prosemirror-tables";
import { EditorView } from "prosemirror-view";
import { cleanPaste } from "./paste.js";
import { safeAddress, schema } from "./schema.js";
import { commands, Toolbar } from "./toolbar.js";

const { nodes, marks } = schema;
const newLine = chainCommands(exitCode, (state, dispatch) => {
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
  return true;
});
// Tab leaves the editor, so lists are indented with Mod and a bracket, and cells are left with Alt and an arrow.
const keys = {
  "Mod-z": commands.undo.run, "Mod-y": commands.redo.run, "Mod-Shift-z": commands.redo.run,
  "Mod-b": commands.bold.run, "Mod-i": commands.italic.run,
  "Mod-Alt-2": commands.h2.run, "Mod-Alt-3": commands.h3.run, "Mod-Alt-4": commands.h4.run,
  "Mod-Shift-8": commands.bullets.run, "Mod-Shift-7": commands.numbers.run,
  "Mod-]": sinkListItem(nodes.list_item), "Mod-[": liftListItem(nodes.list_item),
  "Alt-ArrowRight": goToNextCell(1), "Alt-ArrowLeft": goToNextCell(-1),
  Enter: splitListItem(nodes.list_item), "Shift-Enter": newLine,
};

class Editor {
  constructor(box) {
    this.box = box;
    this.frame = document.getElementById(`${box.id}-editor`);
    this.dialog = this.frame.querySelector("dialog");
    const place = this.frame.querySelector("[data-editor-text]");
    this.view = new EditorView(place, {
      state: EditorState.create({ doc: this.read(box.value), plugins: this.plugins() }),
      attributes: () => this.attributes(),
      transformPastedHTML: cleanPaste,
      dispatchTransaction: (transaction) => this.apply(transaction),
    });
    this.toolbar = new Toolbar(this.frame.querySelector("[role=toolbar]"), this.view, () => this.openLink());
    this.toolbar.update(this.view.state);
    this.listen();
    this.frame.hidden = false;
    box.hidden = true;
    box.required = false; // the server asks for it, in words; a browser cannot point at what is hidden
    for (const label of box.labels) label.addEventListener("click", () => this.view.focus());
  }

  plugins() {
    const link = keymap({ "Mod-k": () => this.openLink(), "Alt-F10": () => this.toTools() });
    return [upToDate, link, keymap(keys), keymap(baseKeymap), history(), gapCursor(), tableEditing(), lastLine()];
  }

  attributes() {
    const said = { role: "textbox", "aria-multiline": "true", "aria-label": this.box.labels[0].textContent, class: "rich" };
    for (const name of ["aria-invalid", "lang"]) if (this.box.hasAttribute(name)) said[name] = this.box.getAttribute(name);
    const told = [this.box.getAttribute("aria-describedby"), `${this.box.id}-keys`].filter(Boolean);
    return { ...said, "aria-describedby": told.join(" ") };
  }

  read(html) {
    const page = new window.DOMParser().parseFromString(html, "text/html");
    for (const caption of page.querySelectorAll("caption")) {
      // The library's tables hold rows only: the caption becomes the line above.
      const line = page.createElement("p");
      line.append(...caption.childNodes);
      caption.closest("table").before(line);
    }
    return DOMParser.fromSchema(schema).parse(page.body);
  }

  html() {
    const holder = document.implementation.createHTMLDocument("").createElement("div");
    holder.append(DOMSerializer.fromSchema(schema).serializeFragment(this.view.state.doc.content, { document: holder.ownerDocument }));
    return this.view.state.doc.textContent || this.view.state.doc.childCount > 1 ? holder.innerHTML : "";
  }

  apply(transaction) {
    this.view.updateState(this.view.state.apply(transaction));
    this.toolbar?.update(this.view.state);
    if (!transaction.docChanged) return;
    this.box.value = this.html();
    this.box.dispatchEvent(new CustomEvent("editor:changed", { bubbles: true }));
    this.box.dispatchEvent(new Event("input", { bubbles: true })); // what keeps drafts listens to this
  }

  listen() {
    // A draft that is put back, or a form that is emptied, changes the box from outside.
    this.box.addEventListener("editor:read", () => {
      const doc = this.read(this.box.value);
      this.view.dispatch(this.view.state.tr.replaceWith(0, this.view.state.doc.content.size, doc.content));
    });
    this.dialog.addEventListener("close", () => this.view.focus());
    this.dialog.querySelector("[data-link-set]").addEventListener("click", () => this.setLink());
    this.dialog.querySelector("[data-link-away]").addEventListener("click", () => this.setLink(""));
    this.dialog.querySelector("[data-close]").addEventListener("click", () => this.dialog.close());
    this.dialog.querySelector("input").addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // the dialog may lie in the form that the text belongs to
      this.setLink();
    });
  }

  toTools() {
    this.toolbar.buttons.find((button) => button.tabIndex === 0).focus();
    return true;
  }

  openLink() {
    const { $from } = this.view.state.selection;
    const input = this.dialog.querySelector("input");
    const link = marks.link.isInSet($from.marks()) ?? marks.link.isInSet($from.nodeAfter?.marks ?? []);
    input.value = link?.attrs.href ?? "";
    this.wrong(false);
    this.dialog.querySelector("[data-link-away]").hidden = !link;
    this.dialog.showModal();
    input.focus();
    return true;
  }

  wrong(is) {
    const input = this.dialog.querySelector("input");
    const message = this.dialog.querySelector("[data-link-wrong]");
    message.hidden = !is;
    if (is) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }

  setLink(given = this.dialog.querySelector("input").value.trim()) {
    const href = /^www\./i.test(given) ? `https://${given}` : given;
    if (href && !safeAddress(href)) {
      this.wrong(true);
      return this.dialog.querySelector("input").focus();
    }
    const { state } = this.view;
    const { from, to } = this.linkRange(state);
    const transaction = state.tr.removeMark(from, to, marks.link);
    if (href && from === to) transaction.insert(from, schema.text(href, [marks.link.create({ href })]));
    else if (href) transaction.addMark(from, to, marks.link.create({ href }));
    this.view.dispatch(transaction);
    this.dialog.close();
  }

  // The words that are chosen, else the whole link that the cursor stands in.
  linkRange({ selection: { from, to, empty, $from } }) {
    if (!empty) return { from, to };
    const parent = $from.parent;
    let start = $from.start();
    let found = { from, to };
    parent.forEach((child, offset) => {
      const [here, there] = [start + offset, start + offset + child.nodeSize];
      if (here <= from && from <= there && marks.link.isInSet(child.marks)) found = { from: here, to: there };
    });
    return found;
  }
}

// The browser tells of a moved selection when it has time to. A quick hand is ahead of it: a command by key asks first.
const upToDate = new Plugin({
  props: {
    handleKeyDown(view, { ctrlKey, metaKey, altKey }) {
      const { anchorNode, anchorOffset, focusNode, focusOffset } = document.getSelection();
      const { doc, selection, tr } = view.state;
      if (!(ctrlKey || metaKey || altKey) || !(selection instanceof TextSelection) || !view.dom.contains(anchorNode)) return false;
      const [anchor, head] = [view.posAtDOM(anchorNode, anchorOffset), view.posAtDOM(focusNode, focusOffset)];
      if (anchor !== selection.anchor || head !== selection.head)
        view.dispatch(tr.setSelection(TextSelection.between(doc.resolve(anchor), doc.resolve(head))));
      return false;
    },
  },
});

// There is always a line to write on after a table or a quotation that stands last.
function lastLine() {
  return new Plugin({
    appendTransaction: (_all, _old, state) => {
      const last = state.doc.lastChild;
      return last.type === nodes.table ? state.tr.insert(state.doc.content.size, nodes.paragraph.create()) : null;
    },
  });
}

export const start = (box) => new Editor(box);
