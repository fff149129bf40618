// Word's items are paragraphs with a mark in front: made lists before they are taken in. The server does the same again.
const LEVEL = /mso-list:[^;]*\blevel([1-9])/i;
const NUMBER = /^\(?(?:\d{1,4}|[a-zA-Z]|[ivxIVX]+)[.)]$/;

const levelOf = (paragraph) => Number(LEVEL.exec(paragraph.dataset.said ?? "")?.[1] ?? 0);

function takeMark(paragraph) {
  const mark = [...paragraph.querySelectorAll("span")].find((span) => /mso-list:\s*Ignore/i.test(span.dataset.said ?? ""));
  if (!mark) return "ul";
  const text = mark.textContent.replace(/\s/g, "");
  if (!NUMBER.test(text) && text !== "o" && /[\p{L}\p{N}]/u.test(text)) return "";
  mark.remove();
  return NUMBER.test(text) ? "ol" : "ul";
}

function intoList(paragraph, level, open) {
  const kind = takeMark(paragraph);
  if (!kind) return [];
  let lists = open.filter((list) => list.level < level || (list.level === level && list.element.localName === kind));
  const last = lists.at(-1);
  if (!last || last.level < level) {
    const element = document.implementation.createHTMLDocument("").createElement(kind);
    if (last) last.element.lastElementChild.append(element);
    else paragraph.before(element);
    lists = [...lists, { level, element }];
  }
  const item = paragraph.ownerDocument.createElement("li");
  lists.at(-1).element.append(item);
  item.append(paragraph);
  return lists;
}

// The page's rules allow no style attribute, not even in a text that is only read: it is called something else first.
const withoutStyles = (html) => html.replace(/<style\b[^]*?<\/style\s*>/gi, "").replace(/(<[a-z][^<>]*?)\sstyle(\s*=)/gi, "$1 data-said$2");

function asMarks(page) {
  for (const element of page.querySelectorAll("[data-said]")) {
    const said = element.dataset.said;
    const normal = /(?<![-\w])font-(?:weight|style):\s*(?:normal|400)/i.test(said);
    if (normal && element.matches("b, strong, i, em")) element.replaceWith(...element.childNodes);
    else if (element.matches("span")) {
      if (/(?<![-\w])font-weight:\s*(?:bold|[6-9]00)/i.test(said)) wrap(element, "strong");
      if (/(?<![-\w])font-style:\s*(?:italic|oblique)/i.test(said)) wrap(element, "em");
    }
    element.removeAttribute("data-said");
  }
}

function wrap(element, name) {
  const around = element.ownerDocument.createElement(name);
  around.append(...element.childNodes);
  element.append(around);
}

export function cleanPaste(html) {
  const page = new DOMParser().parseFromString(withoutStyles(html), "text/html");
  for (const gone of page.querySelectorAll("style, script, title, meta, link, xml, img, colgroup")) gone.remove();
  let open = [];
  let before = null;
  for (const paragraph of [...page.querySelectorAll("p")]) {
    const level = levelOf(paragraph);
    const follows = before && paragraph.previousElementSibling === open[0]?.element;
    open = level ? intoList(paragraph, level, follows ? open : []) : [];
    before = paragraph;
    if (!paragraph.textContent.trim() && paragraph.closest("[class^=Mso]") && !paragraph.closest("td, th")) paragraph.remove();
  }
  asMarks(page);
  return page.body.innerHTML;
}
