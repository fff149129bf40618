// A button that shows the password for as long as one wants; sent hidden, so that the browser knows what it is.
export function start(input) {
  const button = document.createElement("button");
  const say = () => { button.textContent = input.type === "password" ? input.dataset.tShow : input.dataset.tHide; };
  button.type = "button";
  button.className = "btn btn-quiet reveal";
  button.setAttribute("aria-controls", input.id);
  button.addEventListener("click", () => { input.type = input.type === "password" ? "text" : "password"; say(); });
  input.form.addEventListener("submit", () => { input.type = "password"; });
  say();
  input.after(button);
}
