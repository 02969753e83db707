
/* Only in the file: copies the prompt, the older way where the newer one is refused, as in a frame; or selects it. */
const said = document.getElementById("said");

const copySelected = (text) => {
  const put = (event) => {
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  };
  document.addEventListener("copy", put);
  const copied = document.execCommand("copy");
  document.removeEventListener("copy", put);
  return copied;
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const areas = button.dataset.copy.split(" ").map((id) => document.getElementById(id));
  const text = areas.map((area) => area.value.trim()).filter(Boolean).join("\n\n");
  try {
    await navigator.clipboard.writeText(text);
    said.textContent = "Copied.";
  } catch {
    areas[0].select();
    said.textContent = copySelected(text) ? "Copied." : "The browser did not allow it. The prompt is selected: copy it from here.";
  }
});
