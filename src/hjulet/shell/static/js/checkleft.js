// After a self-check was sent in: shows what lies on this device and did not come along, until someone takes it away.
import "./checkkept.js";

const kept = globalThis.hjuletKept;

async function describe(row) {
  const item = document.createElement("p");
  const plain = await kept.opened(row).catch(() => null);
  if (!plain) return item;
  if (row.kind === "answer") {
    const { points, note, follow_up: more } = JSON.parse(new TextDecoder().decode(plain));
    item.textContent = [points, note, more].filter(Boolean).join(". ");
    return item;
  }
  const picture = await createImageBitmap(new Blob([plain], { type: row.type })).catch(() => null);
  if (!picture) return item;
  const canvas = document.createElement("canvas");
  canvas.width = Math.min(600, picture.width);
  canvas.height = Math.round((canvas.width * picture.height) / picture.width);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", "Foto");
  item.append(canvas);
  return item;
}

export async function start(section) {
  const { owner, round, key } = section.dataset;
  if (!globalThis.crypto?.subtle || localStorage.getItem(kept.MARK) !== owner) return;
  await kept.keepKey(owner, key);
  await kept.send(owner);
  await kept.forgetPage(`/egenkontroll/omgang/${round}/fyll-i/`);
  const rows = await kept.all(owner, round);
  for (const row of rows) {
    const place = section.querySelector(`[data-left="${CSS.escape(row.question ?? "")}"]`);
    if (row.sent || row.kind === "send" || !place) { await kept.remove(row.id); continue; }
    place.append(await describe(row));
    place.hidden = section.hidden = false;
  }
  section.querySelector("button").addEventListener("click", async () => {
    for (const row of rows) await kept.remove(row.id);
    section.hidden = true;
  });
}
