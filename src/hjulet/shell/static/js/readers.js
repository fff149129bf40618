// Asks again who will read the report when the place or an answer changes.
export function start(select) {
  const form = select.form;
  const table = form.querySelector("[data-readers]");
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    const query = new URLSearchParams({ unit: select.value, guessed_track: form.elements.guessed_track?.value ?? "" });
    if (form.elements.suspects_misconduct?.checked) query.set("suspects_misconduct", "1");
    try {
      const answer = await fetch(`${select.dataset.url}?${query}`, { headers: { "X-Requested-With": "fetch" } });
      const rows = await answer.text();
      if (answer.ok && mine === asked) table.innerHTML = rows;
    } catch { /* without a network the table stays as it was */ }
  };
  for (const name of ["unit", "guessed_track", "suspects_misconduct"]) form.elements[name]?.addEventListener("change", ask);
  // What was chosen before this file was loaded, or put back by the browser, was never told.
  const [law, suspects] = [form.elements.guessed_track, form.elements.suspects_misconduct];
  const moved = (list) => Boolean(list?.selectedOptions?.length) && !list.selectedOptions[0].defaultSelected;
  if (moved(select) || moved(law) || suspects?.checked !== suspects?.defaultChecked) ask();
}
