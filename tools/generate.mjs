import './generate-client.mjs';
import './generate-support.mjs';
