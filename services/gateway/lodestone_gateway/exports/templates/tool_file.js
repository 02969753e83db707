
/* Only in the file: copies the prompt, or selects it where the browser refuses. */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const areas = button.dataset.copy.split(" ").map((id) => document.getElementById(id));
  const said = document.getElementById("said");
  try {
    await navigator.clipboard.writeText(areas.map((area) => area.value.trim()).filter(Boolean).join("\n\n"));
    said.textContent = "Copied.";
  } catch {
    areas[0].select();
    said.textContent = "The browser did not allow it. The prompt is selected: copy it from here.";
  }
});
