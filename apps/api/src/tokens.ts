/** Names under which the application’s parts are injected. */
export const EXPORTER = Symbol('Exporter');
export const CONFIG = Symbol('Config');
export const WATCHTOWER = Symbol('Watchtower');
export const DRIVER = Symbol('Driver');
export const SET_DRIVER = Symbol('SetDriver');
export const AUDIT = Symbol('AuditSink');
export const SIGNER = Symbol('Signer');
