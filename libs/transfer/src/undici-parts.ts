/** What is used of undici, as a module to import when it is needed: bundled, `import('undici')` itself has no named exports. */
export { Client, EnvHttpProxyAgent, request } from 'undici';
