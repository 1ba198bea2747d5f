// Sets the chosen theme before the page is drawn. Not a module, as those run too late for that.
// The admin stores its choice under the same name and in the same attribute.
document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";
