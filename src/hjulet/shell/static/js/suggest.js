// Offers names of documents under a search field while someone types. Without script the field is an ordinary one.
const PAUSE = 150;
const SHORTEST = 3;

export function start(input) {
  const list = document.createElement("ul");
  list.id = `${input.id}-suggested`;
  list.className = "suggested";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.tLabel);
  list.hidden = true;
  input.after(list);
  const told = document.createElement("span");
  told.className = "vh";
  told.setAttribute("role", "status");
  list.after(told);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"], ["autocomplete", "off"]]) input.setAttribute(name, value);

  let timer, asked = "", chosen = -1;
  const options = () => [...list.children];

  function choose(index) {
    chosen = index;
    options().forEach((one, at) => one.setAttribute("aria-selected", String(at === index)));
    if (index >= 0) input.setAttribute("aria-activedescendant", options()[index].id);
    else input.removeAttribute("aria-activedescendant");
  }
  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) choose(-1);
  }
  function fill(hits) {
    list.replaceChildren(...hits.map((hit, at) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${at}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.dataset.url = hit.url;
      const kind = document.createElement("small");
      kind.textContent = hit.kind;
      item.append(hit.title, " ", kind);
      return item;
    }));
    told.textContent = hits.length ? input.dataset.tFound.replace("%s", hits.length) : "";
    show(hits.length > 0);
  }
  async function ask() {
    const typed = input.value.trim();
    asked = typed;
    if (typed.length < SHORTEST) return fill([]);
    try {
      const body = new URLSearchParams({ q: typed, csrfmiddlewaretoken: document.querySelector("[name=csrfmiddlewaretoken]").value });
      const answer = await fetch(input.dataset.url, { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.ok && asked === typed) fill((await answer.json()).hits);
    } catch { show(false); }
  }
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE); });
  input.addEventListener("keydown", (event) => {
    const count = options().length;
    if (event.key === "Escape" && !list.hidden) { show(false); event.preventDefault(); }
    if (!count || list.hidden) return;
    if (event.key === "ArrowDown") { choose((chosen + 1) % count); event.preventDefault(); }
    if (event.key === "ArrowUp") { choose(chosen <= 0 ? count - 1 : chosen - 1); event.preventDefault(); }
    if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); location.assign(options()[chosen].dataset.url); }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) location.assign(item.dataset.url);
  });
  input.addEventListener("blur", () => setTimeout(() => show(false), 150));
}
