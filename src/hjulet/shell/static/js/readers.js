// Asks again who will read the report when the place or an answer changes.
export function start(select) {
  const form = select.form;
  const table = form.querySelector("[data-readers]");
  const ask = async () => {
    const query = new URLSearchParams({ unit: select.value, guessed_track: form.elements.guessed_track?.value ?? "" });
    if (form.elements.suspects_misconduct?.checked) query.set("suspects_misconduct", "1");
    try {
      const answer = await fetch(`${select.dataset.url}?${query}`, { headers: { "X-Requested-With": "fetch" } });
      if (answer.ok) table.innerHTML = await answer.text();
    } catch { /* without a network the table stays as it was */ }
  };
  for (const name of ["unit", "guessed_track", "suspects_misconduct"]) form.elements[name]?.addEventListener("change", ask);
}
