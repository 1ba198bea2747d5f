// Sets the chosen theme, height of rows and motion before the page is drawn. Not a module, as those run too late for that.
// The admin stores its choice of theme under the same name and in the same attribute.
document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";
if (localStorage.getItem("density")) document.documentElement.dataset.density = localStorage.getItem("density");
if (localStorage.getItem("motion") === "less") document.documentElement.dataset.motion = "less";
