// Asks again who will read the report when the place or an answer changes.
export function start(select) {
  const form = select.form;
  const table = form.querySelector("[data-readers]");
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    const query = new URLSearchParams({ unit: select.value, guessed_track: form.elements.guessed_track?.value ?? "" });
    for (const name of ["suspects_misconduct", "about_manager"]) if (form.elements[name]?.checked) query.set(name, "1");
    try {
      const answer = await fetch(`${select.dataset.url}?${query}`, { headers: { "X-Requested-With": "fetch" } });
      const rows = await answer.text();
      if (answer.ok && mine === asked) table.innerHTML = rows;
    } catch { /* without a network the table stays as it was */ }
  };
  for (const name of ["unit", "guessed_track", "suspects_misconduct", "about_manager"]) form.elements[name]?.addEventListener("change", ask);
  // What was chosen before this file was loaded, or put back by the browser, was never told.
  const { guessed_track: law, suspects_misconduct: suspects, about_manager: manager } = form.elements;
  const moved = (list) => Boolean(list?.selectedOptions?.length) && !list.selectedOptions[0].defaultSelected;
  if (moved(select) || moved(law) || [suspects, manager].some((box) => box?.checked !== box?.defaultChecked)) ask();
}
