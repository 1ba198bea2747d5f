// Starts Swagger UI in our frame. What it builds is changed by its own plugins, where its markup has a link inside
// a button or a second main part.
// @ts-check
"use strict";

const place = /** @type {HTMLElement} */ (document.querySelector("#swagger-ui"));

/** @param {{React: any}} system */
function room({ React }) {
  const add = React.createElement;
  /** @param {any} props */
  function Requests({ getComponent, specSelectors }) {
    const state = specSelectors.loadingStatus();
    if (state === "failed") return add("p", { className: "api-note" }, "The schema could not be loaded. Reload the page.");
    if (!specSelectors.specStr()) return add("p", { className: "api-note" }, "Loading…");
    return add(
      "div",
      { className: "swagger-ui" },
      add(getComponent("SvgAssets")),
      add("div", { className: "api-head" }, add("h2", {}, "Requests"), add(getComponent("AuthorizeBtnContainer", true))),
      add(getComponent("operations", true)),
    );
  }
  /** Without the link of its own. @param {any} props */
  const path = ({ operationProps }) =>
    add("span", { className: "opblock-summary-path" }, operationProps.get("path").replaceAll("/", "/\u200b"));
  return { components: { Requests }, wrapComponents: { OperationSummaryPath: () => path } };
}

/** @param {any} request with the token that our own session needs */
function withToken(request) {
  if (request.method && request.method !== "GET") request.headers["X-CSRFToken"] = place.dataset.csrf;
  return request;
}

const { SwaggerUIBundle } = /** @type {any} */ (window);
SwaggerUIBundle({
  url: place.dataset.schema,
  dom_id: "#swagger-ui",
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [room],
  layout: "Requests",
  deepLinking: true,
  syntaxHighlight: { activated: false },
  requestInterceptor: withToken,
});
