// Sets the chosen theme, height of rows, size of covers and motion before the page is drawn. Not a module, as those run
// too late for that. The admin stores its choice of theme under the same name and in the same attribute.
document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";
for (const name of ["density", "covers"]) {
  const chosen = localStorage.getItem(name);
  if (chosen) document.documentElement.dataset[name] = chosen;
}
if (localStorage.getItem("motion") === "less") document.documentElement.dataset.motion = "less";
