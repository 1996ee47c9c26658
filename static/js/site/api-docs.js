// Shows the service's own OpenAPI with Swagger UI 5.35.0 (swagger-ui-dist). Nothing is asked of any other server.
window.SwaggerUIBundle({
  url: `${document.documentElement.dataset.root ?? ""}/openapi.json`,
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true,
  onComplete: nameItsParts,
});

/** What it calls the main part stands within that of the page, and its list of servers has no name. */
function nameItsParts() {
  const its = document.querySelector("#swagger-ui main");
  its?.setAttribute("role", "none");
  its?.removeAttribute("tabindex");
  document.querySelector("#servers")?.setAttribute("aria-label", "Server");
}

// Its dark colours hang on a class of its own, which follows the theme of the site.
const system = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

function followTheme() {
  root.classList.toggle("dark-mode", root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
}

system.addEventListener("change", followTheme);
new MutationObserver(followTheme).observe(root, { attributeFilter: ["data-theme"] });
followTheme();
