/* global SwaggerUIBundle -- it comes from the script before this one */
SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  tryItOutEnabled: true,
  // Nothing is sent to the validator on the internet.
  validatorUrl: null,
});
