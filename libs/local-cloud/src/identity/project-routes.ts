import { type Route } from '../http/route.js';
import { type IamPolicies } from './iam-policies.js';
import { iamRoutes } from './iam-routes.js';

/** Who may do what in a project, and who may read the columns of a policy tag. */
export const projectRoutes = (policies: IamPolicies): Route[] => [
  ...['/v1/projects/:project', '/v3/projects/:project'].flatMap((path) =>
    iamRoutes(policies, {
      service: 'bigquery',
      path,
      operation: 'cloudresourcemanager.projects',
      getPermission: 'resourcemanager.projects.getIamPolicy',
      setPermission: 'resourcemanager.projects.setIamPolicy',
      resourceOf: ({ params }) => `projects/${params['project']}`,
    }),
  ),
  ...iamRoutes(policies, {
    service: 'bigquery',
    path: '/v1/projects/:project/locations/:location/taxonomies/:taxonomy/policyTags/:tag',
    operation: 'datacatalog.policyTags',
    getPermission: 'datacatalog.categories.getIamPolicy',
    setPermission: 'datacatalog.categories.setIamPolicy',
    resourceOf: ({ params }) =>
      `projects/${params['project']}/locations/${params['location']}/taxonomies/${params['taxonomy']}/policyTags/${params['tag']}`,
  }),
];
