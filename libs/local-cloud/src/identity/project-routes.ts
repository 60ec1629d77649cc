import { type Route } from '../http/route.js';

/** Resource Manager's projects.testIamPermissions: what the caller may do in a whole project. */
export const projectRoutes = (): Route[] => [
  {
    service: 'bigquery',
    method: 'POST',
    path: '/v1/projects/:projectId:testIamPermissions',
    operation: 'cloudresourcemanager.projects.testIamPermissions',
    async handler(request) {
      const { permissions = [] } = await request.json<{ permissions?: string[] }>();
      const resource = `projects/${request.params['projectId']}`;
      return {
        json: { permissions: permissions.filter((each) => request.caller.can(each, resource)) },
      };
    },
  },
];
