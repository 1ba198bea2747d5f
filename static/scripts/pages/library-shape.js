// The shape of lists: the height of rows and the size of covers, remembered, and forms whose blank fields stay out of the address.
// @ts-check
import { behaviour } from "../behaviours.js";
import { rememberSetting } from "../player/memory.js";

const root = document.documentElement;

behaviour("[data-choice]", (label, signal) => {
  const { choice: name } = label.dataset;
  const choice = /** @type {HTMLSelectElement} */ (label.querySelector("select"));
  label.hidden = false;
  choice.value = root.dataset[name] ?? choice.value;
  choice.addEventListener(
    "change",
    () => {
      root.dataset[name] = choice.value;
      rememberSetting(name, choice.value);
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
