/* What readers use: a calculator, an assessment, a prompt. Nothing is evaluated as code, nothing is sent anywhere. */
const insert = ({ insert: text, into }) => {
  const area = document.getElementById(into);
  area.value = area.value.trim() ? `${area.value.trimEnd()}\n${text}` : text;
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (button) insert(button.dataset);
});

/* A formula of names, numbers, + - * / and parentheses, read by descent; a name is a figure of the map. */
export const evaluate = (formula, figures) => {
  const tokens = formula.match(/[A-Za-z_][A-Za-z0-9_]*|\d+\.?\d*|\.\d+|[-+*/()]/g) ?? [];
  let at = 0;
  const atom = () => {
    const token = tokens[at++];
    if (token === "-") return -atom();
    if (token === "+") return atom();
    if (token === "(") { const value = sum(); at += 1; return value; }
    return /^[A-Za-z_]/.test(token) ? figures.get(token) : Number(token);
  };
  const product = () => {
    let value = atom();
    while (tokens[at] === "*" || tokens[at] === "/") value = tokens[at++] === "*" ? value * atom() : value / atom();
    return value;
  };
  const sum = () => {
    let value = product();
    while (tokens[at] === "+" || tokens[at] === "-") value = tokens[at++] === "+" ? value + product() : value - product();
    return value;
  };
  return sum();
};

const FORMATS = {
  number: { maximumFractionDigits: 1 },
  currency: { style: "currency", currency: "USD", maximumFractionDigits: 0 },
  percentage: { maximumFractionDigits: 1 },
};

const verdict = (form, range) => {
  const result = form.querySelector(".result");
  result.classList.remove("green", "yellow", "red");
  if (range?.colour) result.classList.add(range.colour);
  result.querySelector("[data-verdict] strong").textContent = range ? `${range.label}.` : "";
  result.querySelector("[data-verdict] span").textContent = range?.description ?? "";
};

const calculate = (form) => {
  const { formula, format, ranges } = JSON.parse(form.dataset.calculator);
  const figures = new Map();
  for (const field of form.querySelectorAll("[data-input]")) {
    figures.set(field.dataset.input, field.value === "" ? NaN : Number(field.value));
    const output = field.parentElement.querySelector("output");
    if (output) output.textContent = field.value;
  }
  const value = evaluate(formula, figures);
  const known = Number.isFinite(value);
  const text = known ? value.toLocaleString([], FORMATS[format]) : "–";
  form.querySelector("[data-figure]").textContent = known && format === "percentage" ? `${text}%` : text;
  verdict(form, known ? ranges.find(({ range: [low, high] }) => value >= low && value <= high) : undefined);
};

/* Returns the first question that is still open. */
const assess = (form) => {
  const scoring = JSON.parse(form.dataset.assessment);
  const questions = [...form.querySelectorAll("[data-question]")];
  const points = questions.map((question) => [...question.querySelectorAll(":checked")].map((input) => Number(input.value)));
  const open = questions.filter((_, place) => !points[place].length);
  form.querySelector("[data-left]").textContent = open.length ? `${open.length} of ${questions.length} not answered yet.` : "";
  form.querySelector(".result").hidden = open.length > 0;
  if (open.length) return open[0];
  const total = points.flat().reduce((sum, value) => sum + value, 0);
  const score = scoring.method === "average" ? total / questions.length : total;
  form.querySelector("[data-figure]").textContent = score.toLocaleString([], { maximumFractionDigits: 1 });
  const range = scoring.ranges.find(({ min, max }) => score >= min && score <= max);
  verdict(form, range);
  form.querySelector("[data-advice]").replaceChildren(...(range?.recommendations ?? []).map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  return undefined;
};
const assessed = new WeakSet(); // forms of which somebody has asked for the result

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-calculator]");
  if (form) calculate(form);
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-calculator]")) event.preventDefault();
  if (!event.target.matches("[data-assessment]")) return;
  event.preventDefault();
  assessed.add(event.target);
  assess(event.target)?.querySelector("input").focus();
});
document.querySelectorAll("[data-calculator]").forEach(calculate);

/* A page that is drawn again has the answers still, and lacks what was calculated from them. */
document.addEventListener("htmx:after:swap", () => {
  document.querySelectorAll("[data-calculator]").forEach(calculate);
  [...document.querySelectorAll("[data-assessment]")].filter((form) => assessed.has(form)).forEach(assess);
});
