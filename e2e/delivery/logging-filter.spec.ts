import { parseFilter } from '../support/logging-filter.js';

const entry = {
  severity: 'WARNING',
  logName: 'projects/p/logs/cloudaudit.googleapis.com%2Factivity',
  jsonPayload: { event: 'request', route: '/api/v1/status/:id/events', status: 503 },
};

it.each<[string, boolean]>([
  ['jsonPayload.event="request"', true],
  ['jsonPayload.event="requests"', false],
  ['jsonPayload.event=("audit" OR "request")', true],
  ['jsonPayload.status>=500 AND severity>=ERROR', false],
  ['jsonPayload.status>=500 AND severity>=WARNING', true],
  ['jsonPayload.status>503', false],
  ['NOT jsonPayload.route:"/events"', false],
  ['jsonPayload.missing="x" OR jsonPayload.event="request"', true],
  ['(jsonPayload.event="a" OR jsonPayload.event="b") AND severity="WARNING"', false],
  ['log_id("cloudaudit.googleapis.com/activity")', true],
  ['log_id("cloudaudit.googleapis.com/data_access")', false],
  ['jsonPayload.missing>0', false],
  ['jsonPayload.event=~"^req"', true],
  ['jsonPayload.event=~"^Req"', false],
  ['jsonPayload.event=~"(?i)^REQ(uest|uired)$"', true],
  ['jsonPayload.missing=~"."', false],
])('%s: %s', (filter, matches) => {
  expect(parseFilter(filter)(entry)).toBe(matches);
});

it.each(['jsonPayload.event!~"re"', 'jsonPayload.event="a" jsonPayload', '(a="b"'])(
  'does not pretend to understand %s',
  (filter) => {
    expect(() => parseFilter(filter)(entry)).toThrow();
  },
);
