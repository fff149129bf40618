// Looks after what a self-check has kept on this device: sends it when its owner is back, takes all of it away at logout,
// and for someone else what could be read.
import "./checkkept.js";

const kept = globalThis.hjuletKept;

/** Sends first what still waits. What cannot be sent is told of, and the next press logs out all the same. */
async function leave(event, form, owner) {
  if (form.dataset.leaves) return;
  event.preventDefault();
  form.dataset.leaves = "1";
  try {
    const { how } = await kept.send(owner);
    const waiting = (await kept.all(owner)).filter((row) => !row.sent);
    if (waiting.length && how !== "other") return tell(form, waiting.length);
    await kept.clear();
  } catch { /* nothing there to take away */ }
  form.requestSubmit();
}

function tell(form, count) {
  const told = document.createElement("p");
  told.setAttribute("role", "alert");
  told.className = "field-error";
  told.textContent = form.dataset.tKept.replace("%s", count);
  form.prepend(told);
}

export function start(owner, person) {
  if (person && person !== owner) return kept.lock();
  if (person) kept.send(owner).catch(() => {}); // logged in again, on whatever page: what waits may go now
  for (const form of document.querySelectorAll("[data-clears-drafts]")) form.addEventListener("submit", (event) => leave(event, form, owner));
  return undefined;
}
