/** The people of the local cloud; there are no passwords, they are stand-ins. */
export interface DemoUser {
  readonly email: string;
  readonly name: string;
  /** Google's stable subject number. */
  readonly subject: string;
  readonly role: 'viewer' | 'exporter' | 'admin' | 'service';
}

/** The account of the service itself; it has a key. */
export const serviceAccountName = 'outhaul-service';
/** The account that scheduled exports run as; it has none, tokens are made for it. */
export const schedulesAccountName = 'outhaul-schedules';

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

/** The demo users and the service accounts of a project. */
export const usersOf = (projectId: string): readonly DemoUser[] => [
  ...demoUsers,
  {
    email: serviceAccountEmailOf(projectId),
    name: 'Outhaul service',
    subject: '100000000000000000009',
    role: 'service',
  },
  {
    email: schedulesAccountEmailOf(projectId),
    name: 'Outhaul schedules',
    subject: '100000000000000000010',
    role: 'service',
  },
];

export const serviceAccountEmailOf = (projectId: string): string =>
  `${serviceAccountName}@${projectId}.iam.gserviceaccount.com`;

export const schedulesAccountEmailOf = (projectId: string): string =>
  `${schedulesAccountName}@${projectId}.iam.gserviceaccount.com`;
