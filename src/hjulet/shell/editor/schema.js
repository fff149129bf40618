// The same small HTML that core/richtext keeps: what cannot be kept cannot be written either.
import { Schema } from "prosemirror-model";
import { tableNodes } from "prosemirror-tables";

const SAFE = /^(?:https?:|mailto:|tel:|\/(?![\/\\])|[^:\/\\#?]+(?:[\/?#]|$))/i;
export const safeAddress = (text) => SAFE.test(text) && !text.includes("\\");

const block = (tag) => ({ content: "inline*", group: "block", parseDOM: [{ tag }], toDOM: () => [tag, 0] });
const mark = (tag, ...rules) => ({ parseDOM: [{ tag }, ...rules], toDOM: () => [tag, 0] });
const LEVELS = { H1: 2, H2: 2, H3: 3, H4: 4, H5: 4, H6: 4 };

const heading = {
  content: "inline*", marks: "em u code link", group: "block", defining: true, attrs: { level: { default: 2 } },
  parseDOM: Object.keys(LEVELS).map((tag) => ({ tag: tag.toLowerCase(), attrs: { level: LEVELS[tag] } })),
  toDOM: (node) => [`h${node.attrs.level}`, 0],
};
const ordered = {
  content: "list_item+", group: "block", attrs: { start: { default: 1 }, type: { default: null } },
  parseDOM: [{ tag: "ol", getAttrs: (dom) => ({ start: dom.start ?? 1, type: dom.getAttribute("type") }) }],
  toDOM: ({ attrs: { start, type } }) => ["ol", { ...(start === 1 ? {} : { start }), ...(type ? { type } : {}) }, 0],
};
const tables = tableNodes({
  tableGroup: "block", cellContent: "(paragraph | bullet_list | ordered_list)+",
  cellAttributes: {
    scope: { default: null, getFromDOM: (dom) => dom.getAttribute("scope"), setDOMAttr: (value, attrs) => { if (value) attrs.scope = value; } },
  },
});
export const schema = new Schema({
  nodes: {
    doc: { content: "block+" },
    paragraph: block("p"),
    heading,
    blockquote: { content: "block+", group: "block", defining: true, parseDOM: [{ tag: "blockquote" }], toDOM: () => ["blockquote", 0] },
    horizontal_rule: { group: "block", parseDOM: [{ tag: "hr" }], toDOM: () => ["hr"] },
    bullet_list: { content: "list_item+", group: "block", parseDOM: [{ tag: "ul" }], toDOM: () => ["ul", 0] },
    ordered_list: ordered,
    list_item: { content: "paragraph block*", defining: true, parseDOM: [{ tag: "li" }], toDOM: () => ["li", 0] },
    ...tables,
    text: { group: "inline" },
    hard_break: { inline: true, group: "inline", selectable: false, parseDOM: [{ tag: "br" }], toDOM: () => ["br"] },
  },
  marks: {
    link: {
      attrs: { href: {} }, inclusive: false,
      parseDOM: [{ tag: "a[href]", getAttrs: (dom) => (safeAddress(dom.getAttribute("href")) ? { href: dom.getAttribute("href") } : false) }],
      toDOM: (node) => ["a", { href: node.attrs.href, rel: "noopener" }, 0],
    },
    strong: mark("strong", { tag: "b" }),
    em: mark("em", { tag: "i" }),
    u: mark("u"),
    code: mark("code"),
  },
});
