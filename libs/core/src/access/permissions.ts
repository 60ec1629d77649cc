/** What a caller may do with this service; each route and each facade call names one. */
export const permissions = [
  'catalog.read',
  'exports.plan',
  'exports.create',
  'exports.read',
  'exports.readAll',
  'exports.download',
  'exports.manageAll',
  'activity.read',
  'access.read',
] as const;
export type Permission = (typeof permissions)[number];
