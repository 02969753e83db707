/* A workspace prints one piece: the one that was chosen, or else the one in view; what it keeps closed is open on paper. */
let chosen;
let opened = [];

const inView = () => {
  const middle = innerHeight / 2;
  const pieces = [...document.querySelectorAll(".work section.panel")];
  const at = pieces.map((piece) => piece.getBoundingClientRect()).findIndex(({ top, bottom }) => top <= middle && bottom >= middle);
  return pieces[Math.max(0, at)];
};

document.addEventListener("click", (event) => {
  chosen = event.target.closest("[data-print]")?.closest("section.panel");
  if (chosen) print();
});

addEventListener("beforeprint", () => {
  const piece = chosen ?? inView();
  if (!piece) return;
  piece.dataset.printed = "";
  opened = [...piece.querySelectorAll(".panel-b details:not([open], .edits)")];
  for (const details of opened) details.open = true;
});

addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
  document.querySelector("[data-printed]")?.removeAttribute("data-printed");
  chosen = undefined;
  opened = [];
});
