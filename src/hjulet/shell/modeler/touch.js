// bpmn-js knows the mouse only: one finger moves the drawing, two zoom. A tap is a click, as everywhere.
const distance = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);

export function touch(svg, canvas) {
  const fingers = new Map();
  const place = ({ clientX, clientY }) => {
    const { left, top } = svg.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };
  svg.addEventListener("pointerdown", (event) => { if (event.pointerType === "touch") fingers.set(event.pointerId, place(event)); });
  svg.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = place(event);
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (!other) canvas.scroll({ dx: now.x - before.x, dy: now.y - before.y });
    else if (distance(before, other)) canvas.zoom((canvas.zoom() * distance(now, other)) / distance(before, other), other);
    fingers.set(event.pointerId, now);
  });
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, (event) => fingers.delete(event.pointerId));
}
