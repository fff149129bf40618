// Tells how many rows are marked.
export function start(bar) {
  const form = bar.closest("form");
  const words = bar.querySelector("[role=status]");
  const first = words.textContent;
  form.addEventListener("change", () => {
    const marked = form.querySelectorAll("input[name=ref]:checked");
    words.textContent = marked.length ? `${marked.length} ${words.dataset.count}` : first;
    for (const box of form.querySelectorAll("input[name=ref]")) box.closest("tr").classList.toggle("sel", box.checked);
  });
}
