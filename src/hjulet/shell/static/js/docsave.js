// Saves a text under way to the server, a moment after each pause; tells when, and when it could not.
const PAUSE = 2000;
const RETRY = 10000;

export function start(form) {
  const words = form.dataset;
  const told = form.querySelector("[data-savestate]");
  let timer, changed = false, busy = false, refused = false;

  const say = (text) => { told.textContent = text; };
  const later = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };

  async function save() {
    if (busy || !changed) return;
    busy = true;
    changed = false;
    say(words.tSaving);
    try {
      const answer = await fetch(words.url, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
      const said = await answer.json();
      refused = !answer.ok;
      if (answer.ok) {
        form.elements.revision.value = said.revision;
        say(words.tSaved.replace("%s", said.saved));
      } else {
        say(said.problem);
      }
    } catch {
      changed = true;
      say(words.tLost);
      later(RETRY);
    }
    busy = false;
    if (changed) later(PAUSE);
  }

  const touched = () => { changed = true; later(PAUSE); };
  form.addEventListener("input", touched);
  form.addEventListener("editor:changed", touched);
  form.addEventListener("submit", () => { clearTimeout(timer); changed = refused = false; });
  addEventListener("online", () => changed && later(0));
  addEventListener("beforeunload", (event) => { if (changed || refused) event.preventDefault(); });
}
