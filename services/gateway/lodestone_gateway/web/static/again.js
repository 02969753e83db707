/* How a part is to differ, while it is typed: the form stays as it is, whatever the server sends. */
document.addEventListener("input", (event) => {
  const form = event.target.closest("form.wish");
  form?.toggleAttribute("hx-morph-skip", form.elements.instruction.value !== "");
});
