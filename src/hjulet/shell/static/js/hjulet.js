// Loads the islands a page names, and lets no form be sent twice by a double click.
const islands = {
  draft: () => import("./draft.js"),
  "draft-sent": () => import("./draft.js"),
  "clear-drafts": () => import("./draft.js"),
  readers: () => import("./readers.js"),
  bulk: () => import("./bulk.js"),
  reveal: () => import("./reveal.js"),
  docsave: () => import("./docsave.js"),
  suggest: () => import("./suggest.js"),
  print: () => import("./print.js"),
  // Built at set-up; where it could not be, the plain box does.
  modeler: () => import("./modeler.js").catch(() => ({ start: () => {} })),
  editor: () => import("./editor.js").catch(() => ({ start: () => {} })),
  check: () => import("./check.js"),
  "check-left": () => import("./checkleft.js"),
  focus: async () => ({ start: (element) => element.focus() }),
};
for (const element of document.querySelectorAll("[data-island]")) {
  const load = islands[element.dataset.island];
  if (load) load().then((module) => module.start(element));
}
for (const form of document.querySelectorAll("[data-clears-drafts]")) {
  form.addEventListener("submit", () => {
    for (const key of Object.keys(localStorage)) if (key.startsWith("hjulet-draft:")) localStorage.removeItem(key);
  });
}
// What a self-check keeps on this device is for one person: another's login takes the pages away, a logout all of it.
const keptFor = localStorage.getItem("hjulet-kept-for");
if (keptFor) import("./checkgone.js").then((module) => module.start(keptFor, document.body.dataset.person)).catch(() => {});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sending) event.preventDefault();
  else form.dataset.sending = "1";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const menu of document.querySelectorAll("details.account[open], details.menu[open]")) menu.open = false;
});
