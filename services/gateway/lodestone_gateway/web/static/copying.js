/* Copies what a reader sees: formatted for a word processor and as plain text, which the place it is pasted into chooses from.
   What the workspace itself says beside it (`data-ours`) and its buttons stay behind. */
const COPIED = 2000; // ms for which the button says so
const OURS = "[data-ours], [aria-hidden=true], .edits, .vh, button, form, svg, template";
const KEPT = "p, ul, ol:not(.mails), blockquote, table, thead, tbody, th, td, dl, dt, dd, b, strong, i, em, code";
const HEADINGS = { h3: "h1", h4: "h2", h5: "h3", summary: "h3" }; // the page's own are above them
const INLINE = "span, b, strong, i, em, code, th, td";

const said = document.getElementById("said");

const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

/* A text whose lines count. */
const asLines = (element) => {
  const text = (element.value ?? element.textContent).trim();
  const html = element.localName === "pre"
    ? `<pre>${escaped(text)}</pre>`
    : text.split(/\n\s*\n/).map((part) => `<p>${escaped(part).replace(/\n/g, "<br>")}</p>`).join("");
  return { html, text: `\n\n${text}\n\n` };
};

const inside = (element) => {
  const parts = [...element.childNodes].map(read);
  return { html: parts.map(({ html }) => html).join(""), text: parts.map(({ text }) => text).join("") };
};

const link = (address, { html, text }) => ({ html: `<a href="${escaped(address).replace(/"/g, "&quot;")}">${html}</a>`, text });

const entry = (item, { html, text }) => {
  const sign = item.parentElement.localName === "ol" ? `${[...item.parentElement.children].indexOf(item) + 1}.` : "-";
  return { html: `<li>${html}</li>`, text: `\n${sign} ${text.trim()}\n` };
};

const row = (line, { html }) => ({ html: `<tr>${html}</tr>`, text: `\n${[...line.children].map((cell) => inside(cell).text.trim()).join("\t")}\n` });

/* A node as HTML without attributes, and as text. */
const read = (node) => {
  if (node.nodeType === Node.TEXT_NODE) {
    const text = node.data.replace(/\s+/g, " ");
    return { html: escaped(text), text };
  }
  if (node.nodeType !== Node.ELEMENT_NODE || node.matches(OURS)) return { html: "", text: "" };
  if (node.matches("pre, textarea, .text")) return asLines(node);
  if (node.matches("hr")) return { html: "<hr>", text: "\n\n" };
  if (node.dataset.embed) return link(node.dataset.embed, { html: escaped(node.dataset.embed), text: `\n\n${node.dataset.embed}\n\n` });
  const within = inside(node);
  if (node.matches("a")) return link(node.href, within);
  if (node.matches("li:not(.mail)")) return entry(node, within);
  if (node.matches("tr")) return row(node, within);
  const tag = HEADINGS[node.localName] ?? (node.matches(KEPT) ? node.localName : "");
  const html = tag ? `<${tag}>${within.html}</${tag}>` : within.html;
  return { html, text: node.matches(INLINE) ? within.text : `\n\n${within.text.trim()}\n\n` };
};

const tidied = (text) => text.split("\n").map((line) => line.trim()).join("\n").replace(/\n{3,}/g, "\n\n").trim();

/* One text as it was written, or several parts of a page. */
const readAll = (elements) => {
  const parts = elements.map((element) => (element.matches(".text, textarea") ? asLines(element) : read(element)));
  const texts = elements.map((element, place) => (element.matches(".text, textarea") ? parts[place].text.trim() : tidied(parts[place].text)));
  return { html: parts.map(({ html }) => html).join(""), text: texts.filter(Boolean).join("\n\n") };
};

const put = async ({ html, text }) => {
  if (!globalThis.ClipboardItem) return navigator.clipboard.writeText(text);
  const blob = (content, type) => new Blob([content], { type });
  return navigator.clipboard.write([new ClipboardItem({ "text/html": blob(html, "text/html"), "text/plain": blob(text, "text/plain") })]);
};

/* What a button copies: the parts it names, or else the part it stands in. */
const meant = (button) => {
  if (button.dataset.copy === "piece") return [...button.closest("section").querySelectorAll(".panel-b")];
  if (button.dataset.copy) return button.dataset.copy.split(" ").map((id) => document.getElementById(id));
  return [button.closest("[data-key]")];
};

/* What the browser does not let us copy is selected, with a sentence beside it. */
const refused = (button, elements) => {
  for (let details = elements[0].closest("details"); details; details = details.parentElement.closest("details")) details.open = true;
  getSelection().selectAllChildren(elements[0]);
  if (elements[0].select) elements[0].select();
  const note = Object.assign(document.createElement("p"), { className: "small refused", role: "alert", textContent: "The browser did not allow it. The text is selected: copy it from here." });
  note.dataset.ours = "";
  button.parentElement.querySelector(".refused")?.remove();
  button.after(note);
};

const copy = async (button) => {
  const elements = meant(button);
  try {
    await put(readAll(elements));
  } catch {
    refused(button, elements);
    return;
  }
  button.parentElement.querySelector(".refused")?.remove();
  said.textContent = "Copied.";
  const label = [...button.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
  const before = label.textContent;
  label.textContent = "Copied";
  setTimeout(() => { label.textContent = before; }, COPIED);
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-copy]");
  if (button) copy(button);
});
