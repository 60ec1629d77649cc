import './generate-client.mjs';
import './generate-support.mjs';
import './generate-conformance.mjs';
