// What scripts add to the forms: filters that act at once, counters, one sending per form.
// @ts-check

/** @param {HTMLFormElement} form A filter form: a changed choice is applied at once. */
export function applyAtOnce(form) {
  // Hidden, not removed: without a button Enter would send nothing.
  form.querySelectorAll("[data-without-script]").forEach((one) => one.setAttribute("hidden", ""));
  form.addEventListener("change", (event) => {
    if (!(event.target instanceof HTMLInputElement && event.target.type === "search")) form.requestSubmit();
  });
  // Only what is set belongs in the address.
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
  });
}

/** @param {HTMLOutputElement} output Counts as the server does: characters, not UTF-16 units. */
export function count(output) {
  const field = document.getElementById(output.htmlFor.value);
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
  const most = Number(output.dataset.count);
  const show = () => {
    const length = [...field.value].length;
    output.textContent = `${length.toLocaleString("en")} of ${most.toLocaleString("en")}`;
    output.classList.toggle("is-over", length > most);
  };
  field.addEventListener("input", show);
  show();
  output.hidden = false;
}

/** @param {HTMLFormElement} form The server takes it only once anyway; this shows that it has been pressed. */
export function sendOnce(form) {
  const button = form.querySelector("button[type=submit]");
  if (!(button instanceof HTMLButtonElement)) return;
  form.addEventListener("submit", () => setTimeout(() => (button.disabled = true)));
  window.addEventListener("pageshow", () => (button.disabled = false));
}

/** @param {HTMLButtonElement} button Copies the text of what `data-copy` selects, a line per line. */
export function copy(button) {
  const word = button.querySelector("[data-copy-word]");
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const source = document.querySelector(button.dataset.copy ?? "");
    const lines = [...(source?.children ?? [])].map((line) => line.textContent?.trim() ?? "");
    await navigator.clipboard.writeText(lines.join("\n"));
    if (word) word.textContent = "Copied";
    setTimeout(() => word && (word.textContent = "Copy"), 2000);
  });
}
