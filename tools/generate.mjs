import './generate-client.mjs';
