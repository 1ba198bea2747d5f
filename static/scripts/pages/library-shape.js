// The shape of lists: the height of rows, remembered, and forms whose blank fields stay out of the address.
// @ts-check
import { behaviour } from "../behaviours.js";
import { rememberSetting } from "../player/memory.js";

const root = document.documentElement;

behaviour("[data-density-choice]", (label, signal) => {
  const choice = /** @type {HTMLSelectElement} */ (label.querySelector("select"));
  label.hidden = false;
  choice.value = root.dataset.density ?? "48";
  choice.addEventListener(
    "change",
    () => {
      root.dataset.density = choice.value;
      rememberSetting("density", choice.value);
    },
    { signal },
  );
});

behaviour("[data-without-blanks]", (form, signal) => {
  form.addEventListener(
    "formdata",
    (/** @type {FormDataEvent} */ { formData }) => {
      for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
    },
    { signal },
  );
});
