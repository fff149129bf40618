// A button that prints the page; hidden where there is no script.
export function start(button) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
