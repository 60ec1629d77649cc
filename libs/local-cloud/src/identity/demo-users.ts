/** The people of the local cloud; there are no passwords, they are stand-ins. */
export interface DemoUser {
  readonly email: string;
  readonly name: string;
  /** Google's stable subject number. */
  readonly subject: string;
  readonly role: 'viewer' | 'exporter' | 'admin' | 'service';
}

export const serviceAccountName = 'outhaul-service';

export const demoUsers: readonly DemoUser[] = [
  {
    email: 'viewer@outhaul.test',
    name: 'Vera Viewer',
    subject: '100000000000000000001',
    role: 'viewer',
  },
  {
    email: 'exporter@outhaul.test',
    name: 'Emil Exporter',
    subject: '100000000000000000002',
    role: 'exporter',
  },
  {
    email: 'admin@outhaul.test',
    name: 'Ada Admin',
    subject: '100000000000000000003',
    role: 'admin',
  },
];

/** The demo users and the service account of a project. */
export const usersOf = (projectId: string): readonly DemoUser[] => [
  ...demoUsers,
  {
    email: serviceAccountEmailOf(projectId),
    name: 'Outhaul service',
    subject: '100000000000000000009',
    role: 'service',
  },
];

export const serviceAccountEmailOf = (projectId: string): string =>
  `${serviceAccountName}@${projectId}.iam.gserviceaccount.com`;
