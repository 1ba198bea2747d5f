// Puts the chosen theme on the page before it is drawn. Not a module: those run too late for that.
// The admin keeps its choice under the same name and in the same attribute.
document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";
