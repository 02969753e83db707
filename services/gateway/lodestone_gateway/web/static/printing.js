/* A workspace prints the piece in view; what it keeps closed is open on paper. */
let opened = [];

document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) print(); });

addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll(".work .panel-b details:not([open], .edits)")];
  for (const details of opened) details.open = true;
});

addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
  opened = [];
});
