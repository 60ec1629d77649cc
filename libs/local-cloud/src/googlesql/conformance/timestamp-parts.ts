import { answers, evaluates, fails, typed } from './build-case.js';
import { type ConformanceCase } from './conformance-case.js';

/** Truncating, extracting, formatting and parsing timestamps. */
export const timestampParts: readonly ConformanceCase[] = [
  evaluates(
    'TIMESTAMP_TRUNC',
    "CAST(TIMESTAMP_TRUNC(TIMESTAMP '2008-12-25 15:30:00+00', DAY, 'UTC') AS STRING)",
    '2008-12-25 00:00:00+00',
  ),
  evaluates(
    'TIMESTAMP_TRUNC',
    "CAST(TIMESTAMP_TRUNC(TIMESTAMP '2008-12-25 15:30:00+00', DAY, 'America/Los_Angeles') AS STRING)",
    '2008-12-25 08:00:00+00',
  ),
  evaluates(
    'TIMESTAMP_TRUNC',
    "CAST(TIMESTAMP_TRUNC(TIMESTAMP '2017-11-06 00:00:00+12', WEEK(MONDAY), 'UTC') AS STRING)",
    '2017-10-30 00:00:00+00',
  ),
  evaluates(
    'TIMESTAMP_TRUNC',
    "CAST(TIMESTAMP_TRUNC(TIMESTAMP '2017-11-06 00:00:00+12', WEEK(MONDAY), 'Pacific/Auckland') AS STRING)",
    '2017-11-05 11:00:00+00',
  ),
  evaluates(
    'TIMESTAMP_TRUNC',
    "CAST(TIMESTAMP_TRUNC(TIMESTAMP '2015-06-15 00:00:00+00', ISOYEAR) AS STRING)",
    '2014-12-29 00:00:00+00',
  ),
  evaluates(
    'TIMESTAMP_TRUNC',
    "CAST(TIMESTAMP_TRUNC(TIMESTAMP '2017-11-08 05:00:00', WEEK) AS STRING)",
    '2017-11-05 00:00:00+00',
  ),
  evaluates(
    'TIMESTAMP_TRUNC',
    "CAST(TIMESTAMP_TRUNC(TIMESTAMP '2017-11-08 05:06:07.891', SECOND) AS STRING)",
    '2017-11-08 05:06:07+00',
  ),
  typed(
    'TIMESTAMP',
    evaluates(
      'TIMESTAMP_TRUNC',
      "TIMESTAMP_TRUNC(TIMESTAMP '1970-01-02 05:06:07', DAY)",
      '86400.0',
    ),
  ),
  evaluates(
    'EXTRACT',
    "EXTRACT(DAY FROM TIMESTAMP '2008-12-25 05:30:00+00' AT TIME ZONE 'America/Los_Angeles')",
    '24',
  ),
  evaluates('EXTRACT', "EXTRACT(HOUR FROM TIMESTAMP '2008-12-25 05:30:00+00')", '5'),
  evaluates('EXTRACT', "EXTRACT(ISOWEEK FROM TIMESTAMP '2007-12-31 12:00:00+00')", '1'),
  evaluates('EXTRACT', "EXTRACT(ISOYEAR FROM TIMESTAMP '2007-12-31 12:00:00+00')", '2008'),
  evaluates('EXTRACT', "EXTRACT(WEEK FROM TIMESTAMP '2009-01-01 12:00:00+00')", '0'),
  evaluates(
    'EXTRACT',
    "EXTRACT(SECOND FROM TIMESTAMP '2008-12-25 05:30:07.891')",
    '7',
    'the fraction is cut',
  ),
  evaluates(
    'EXTRACT',
    "EXTRACT(MILLISECOND FROM TIMESTAMP '2008-12-25 05:30:07.891')",
    '891',
    'without the seconds',
  ),
  evaluates('EXTRACT', "EXTRACT(MICROSECOND FROM TIMESTAMP '2008-12-25 05:30:07.891')", '891000'),
  typed(
    'DATE',
    evaluates(
      'EXTRACT',
      "EXTRACT(DATE FROM TIMESTAMP '2008-12-25 05:30:00+00' AT TIME ZONE 'America/Los_Angeles')",
      '2008-12-24',
    ),
  ),
  typed(
    'TIME',
    evaluates('EXTRACT', "EXTRACT(TIME FROM TIMESTAMP '2008-12-25 05:30:00+00')", '05:30:00'),
  ),
  typed(
    'DATETIME',
    evaluates(
      'EXTRACT',
      "EXTRACT(DATETIME FROM TIMESTAMP '2008-12-25 05:30:00+00')",
      '2008-12-25T05:30:00',
    ),
  ),
  evaluates(
    'FORMAT_TIMESTAMP',
    "FORMAT_TIMESTAMP('%c', TIMESTAMP '2050-12-25 15:30:55+00', 'UTC')",
    'Sun Dec 25 15:30:55 2050',
  ),
  evaluates(
    'FORMAT_TIMESTAMP',
    "FORMAT_TIMESTAMP('%b %Y %Ez', TIMESTAMP '2008-12-25 15:30:00+00')",
    'Dec 2008 +00:00',
  ),
  evaluates(
    'FORMAT_TIMESTAMP',
    "FORMAT_TIMESTAMP('%F %T', TIMESTAMP '2008-12-25 15:30:00+00')",
    '2008-12-25 15:30:00',
  ),
  evaluates(
    'FORMAT_TIMESTAMP',
    "FORMAT_TIMESTAMP('%Y-%m-%d %H:%M:%S %z', TIMESTAMP '2008-07-25 15:30:00+00', 'America/Los_Angeles')",
    '2008-07-25 08:30:00 -0700',
    'summer time',
  ),
  evaluates(
    'FORMAT_TIMESTAMP',
    "FORMAT_TIMESTAMP('%E3S|%E*S|%S', TIMESTAMP '2008-12-25 15:30:07.1234')",
    '07.123|07.1234|07',
  ),
  evaluates('FORMAT_TIMESTAMP', "FORMAT_TIMESTAMP('%E*S', TIMESTAMP '2008-12-25 15:30:07')", '07'),
  evaluates(
    'FORMAT_TIMESTAMP',
    "FORMAT_TIMESTAMP('%I:%M %p %l %k', TIMESTAMP '2008-12-25 15:05:00')",
    '03:05 PM  3 15',
  ),
  evaluates(
    'FORMAT_TIMESTAMP',
    "FORMAT_TIMESTAMP('%P %R %X', TIMESTAMP '2008-12-25 05:06:07')",
    'am 05:06 05:06:07',
  ),
  evaluates(
    'FORMAT_TIMESTAMP',
    "FORMAT_TIMESTAMP('%s', TIMESTAMP '2008-12-25 15:30:00+00')",
    '1230219000',
  ),
  evaluates(
    'FORMAT_TIMESTAMP',
    "FORMAT_TIMESTAMP('%FT%H:%M:%E6SZ', TIMESTAMP '2024-02-29 23:59:59.5')",
    '2024-02-29T23:59:59.500000Z',
  ),
  evaluates('FORMAT_TIMESTAMP', "FORMAT_TIMESTAMP('%F', CAST(NULL AS TIMESTAMP))", null),
  evaluates(
    'PARSE_TIMESTAMP',
    "CAST(PARSE_TIMESTAMP('%c', 'Thu Dec 25 07:30:00 2008') AS STRING)",
    '2008-12-25 07:30:00+00',
  ),
  evaluates(
    'PARSE_TIMESTAMP',
    "CAST(PARSE_TIMESTAMP('%Y-%m-%d %H:%M:%S', '2008-12-25 07:30:00', 'America/Los_Angeles') AS STRING)",
    '2008-12-25 15:30:00+00',
  ),
  evaluates(
    'PARSE_TIMESTAMP',
    "CAST(PARSE_TIMESTAMP('%Y-%m-%dT%H:%M:%E*S%Ez', '2008-12-25T07:30:00.25+01:00') AS STRING)",
    '2008-12-25 06:30:00.250+00',
  ),
  evaluates(
    'PARSE_TIMESTAMP',
    "CAST(PARSE_TIMESTAMP('%F %T %z', '2008-12-25 07:30:00 -0800') AS STRING)",
    '2008-12-25 15:30:00+00',
  ),
  evaluates(
    'PARSE_TIMESTAMP',
    "CAST(PARSE_TIMESTAMP('%d/%m/%Y %I:%M %p', '25/12/2008 07:30 pm') AS STRING)",
    '2008-12-25 19:30:00+00',
  ),
  evaluates('PARSE_TIMESTAMP', "UNIX_SECONDS(PARSE_TIMESTAMP('%s', '1230219000'))", '1230219000'),
  fails('PARSE_TIMESTAMP', "SELECT PARSE_TIMESTAMP('%F', 'yesterday')", /parse|match/i),
  evaluates(
    'timestamp subtraction',
    "CAST(TIMESTAMP '2021-06-01 12:34:56.789' - TIMESTAMP '2021-05-31 00:00:00' AS STRING)",
    '0-0 0 36:34:56.789',
  ),
  evaluates(
    'interval arithmetic',
    "CAST(TIMESTAMP '2021-05-02 00:01:02.345' - INTERVAL 10 SECOND AS STRING)",
    '2021-05-02 00:00:52.345+00',
  ),
  typed(
    'DATETIME',
    evaluates('interval arithmetic', "DATE '2021-04-20' + INTERVAL 25 HOUR", '2021-04-21T01:00:00'),
  ),
  answers(
    'CURRENT_TIMESTAMP',
    'SELECT CURRENT_TIMESTAMP() = CURRENT_TIMESTAMP, ABS(UNIX_SECONDS(CURRENT_TIMESTAMP()) - UNIX_SECONDS(TIMESTAMP(CURRENT_DATETIME()))) < 2',
    [['true', 'true']],
    'one instant for the whole statement',
  ),
];
