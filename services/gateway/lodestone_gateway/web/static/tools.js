/* Interactive parts: embeds, forms that close, counted fields. */
const play = (box) => {
  const frame = Object.assign(document.createElement("iframe"), { src: box.dataset.embed, title: "Embedded page", allowFullscreen: true });
  box.replaceChildren(frame);
  box.setAttribute("hx-morph-skip", ""); // what plays goes on, whatever the server sends
  frame.focus();
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.matches("[data-embed] button")) play(button.closest("[data-embed]"));
  if (button.matches("[data-close]")) {
    const details = button.closest("details");
    button.form.reset();
    details.open = false;
    details.querySelector("summary").focus();
  }
  if (button.getAttribute("aria-disabled") === "true") event.preventDefault();
});

document.addEventListener("input", (event) => {
  const count = document.querySelector(`[data-count="${event.target.id}"]`);
  if (count) count.textContent = [...event.target.value].length;
});
