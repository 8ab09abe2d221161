// Drawing a black box with the mouse or a pen: it fills in the four numbers. A finger scrolls, so it taps two corners.
(function () {
  "use strict";
  const picture = document.querySelector(".stage input[type=image]");
  const drawn = document.querySelector(".stage .drawn");
  const numbers = document.querySelector(".numbers");
  if (!picture || !drawn || !numbers) return;
  let start = null;
  let box = null;

  function at(event) {
    const edges = picture.getBoundingClientRect();
    const share = (value, from, size) => Math.min(100, Math.max(0, (100 * (value - from)) / size));
    return [share(event.clientX, edges.left, edges.width), share(event.clientY, edges.top, edges.height)];
  }

  function show(found) {
    ["x", "y", "width", "height"].forEach((name, i) => drawn.setAttribute(name, found[i].toFixed(1)));
    ["left", "top", "width", "height"].forEach((name, i) => {
      numbers.elements[name].value = found[i].toFixed(1);
    });
  }

  picture.addEventListener("dragstart", (event) => event.preventDefault());
  picture.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch") return;
    start = at(event);
    box = null;
  });
  window.addEventListener("pointermove", (event) => {
    if (!start) return;
    const here = at(event);
    const found = [
      Math.min(start[0], here[0]), Math.min(start[1], here[1]),
      Math.abs(start[0] - here[0]), Math.abs(start[1] - here[1]),
    ];
    if (found[2] < 1 && found[3] < 1) return; // still a click
    box = found;
    show(box);
  });
  window.addEventListener("pointerup", () => { start = null; });
  window.addEventListener("pointercancel", () => { start = null; });
  picture.addEventListener("click", (event) => {
    if (!box) return;
    event.preventDefault(); // it was drawn, not clicked
    box = null;
    numbers.querySelector("button").focus();
  });
})();
