// Shows the service's own OpenAPI with Swagger UI 5.35.0 (swagger-ui-dist). Nothing is asked of any other server.
window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true,
});
