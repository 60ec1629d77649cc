import { answers, evaluates, fails, typed } from './build-case.js';
import { type ConformanceCase } from './conformance-case.js';

/** TIMESTAMP functions and time zones; the default zone is UTC. */
export const timestamps: readonly ConformanceCase[] = [
  evaluates('CAST', "CAST(TIMESTAMP '2008-12-25 15:30:00+00' AS STRING)", '2008-12-25 15:30:00+00'),
  evaluates(
    'CAST',
    "CAST(TIMESTAMP '2008-12-25 15:30:00.250' AS STRING)",
    '2008-12-25 15:30:00.250+00',
    'three or six digits',
  ),
  evaluates(
    'CAST',
    "CAST(TIMESTAMP '2008-12-25 15:30:00.000001' AS STRING)",
    '2008-12-25 15:30:00.000001+00',
  ),
  evaluates(
    'STRING',
    "STRING(TIMESTAMP '2008-12-25 15:30:00+00', 'UTC')",
    '2008-12-25 15:30:00+00',
  ),
  evaluates(
    'STRING',
    "STRING(TIMESTAMP '2008-12-25 15:30:00+00', 'America/Los_Angeles')",
    '2008-12-25 07:30:00-08',
  ),
  typed('TIMESTAMP', evaluates('timestamp literal', "TIMESTAMP '1970-01-01 00:00:01+00'", '1.0')),
  evaluates('UNIX_SECONDS', "UNIX_SECONDS(TIMESTAMP '2008-12-25 15:30:00+00')", '1230219000'),
  evaluates(
    'UNIX_SECONDS',
    "UNIX_SECONDS(TIMESTAMP '1970-01-01 00:00:01.8+00')",
    '1',
    'rounds down',
  ),
  evaluates(
    'UNIX_SECONDS',
    "UNIX_SECONDS(TIMESTAMP '1969-12-31 23:59:58.5+00')",
    '-2',
    'down, not towards zero',
  ),
  evaluates('UNIX_MILLIS', "UNIX_MILLIS(TIMESTAMP '1970-01-01 00:00:00.0018+00')", '1'),
  evaluates('UNIX_MICROS', "UNIX_MICROS(TIMESTAMP '2008-12-25 15:30:00+00')", '1230219000000000'),
  evaluates(
    'timestamp literal',
    "UNIX_SECONDS(TIMESTAMP '2016-12-25 05:30:00 America/Los_Angeles')",
    '1482672600',
  ),
  evaluates('timestamp literal', "UNIX_SECONDS(TIMESTAMP '2016-12-25T05:30:00Z')", '1482643800'),
  evaluates(
    'timestamp literal',
    "UNIX_SECONDS(TIMESTAMP '2016-12-25')",
    '1482624000',
    'midnight, UTC',
  ),
  evaluates(
    'timestamp literal',
    "UNIX_SECONDS(TIMESTAMP '2016-12-25 05:30:00+5:30')",
    '1482624000',
  ),
  evaluates(
    'TIMESTAMP',
    "CAST(TIMESTAMP('2008-12-25 15:30:00', 'America/Los_Angeles') AS STRING)",
    '2008-12-25 23:30:00+00',
  ),
  evaluates('TIMESTAMP', "CAST(TIMESTAMP(DATE '2008-12-25') AS STRING)", '2008-12-25 00:00:00+00'),
  evaluates(
    'TIMESTAMP',
    "CAST(TIMESTAMP(DATETIME '2008-12-25 15:30:00', 'Asia/Tokyo') AS STRING)",
    '2008-12-25 06:30:00+00',
  ),
  evaluates(
    'TIMESTAMP_SECONDS',
    'CAST(TIMESTAMP_SECONDS(1230219000) AS STRING)',
    '2008-12-25 15:30:00+00',
  ),
  evaluates(
    'TIMESTAMP_MILLIS',
    'CAST(TIMESTAMP_MILLIS(1230219000123) AS STRING)',
    '2008-12-25 15:30:00.123+00',
  ),
  evaluates(
    'TIMESTAMP_MICROS',
    'CAST(TIMESTAMP_MICROS(1230219000000001) AS STRING)',
    '2008-12-25 15:30:00.000001+00',
  ),
  evaluates(
    'TIMESTAMP_ADD',
    "CAST(TIMESTAMP_ADD(TIMESTAMP '2008-12-25 15:30:00+00', INTERVAL 10 MINUTE) AS STRING)",
    '2008-12-25 15:40:00+00',
  ),
  evaluates(
    'TIMESTAMP_ADD',
    "CAST(TIMESTAMP_ADD(TIMESTAMP '2024-02-28 12:00:00', INTERVAL 1 DAY) AS STRING)",
    '2024-02-29 12:00:00+00',
  ),
  evaluates(
    'TIMESTAMP_ADD',
    "UNIX_MICROS(TIMESTAMP_ADD(TIMESTAMP '1970-01-01', INTERVAL 7 MICROSECOND))",
    '7',
  ),
  fails(
    'TIMESTAMP_ADD',
    "SELECT TIMESTAMP_ADD(TIMESTAMP '2024-01-31', INTERVAL 1 MONTH)",
    /MONTH/i,
    'a timestamp has no months',
  ),
  evaluates(
    'TIMESTAMP_SUB',
    "CAST(TIMESTAMP_SUB(TIMESTAMP '2008-12-25 15:30:00+00', INTERVAL 1 HOUR) AS STRING)",
    '2008-12-25 14:30:00+00',
  ),
  evaluates(
    'TIMESTAMP_DIFF',
    "TIMESTAMP_DIFF(TIMESTAMP '2010-07-07 10:20:00+00', TIMESTAMP '2008-12-25 15:30:00+00', HOUR)",
    '13410',
  ),
  evaluates(
    'TIMESTAMP_DIFF',
    "TIMESTAMP_DIFF(TIMESTAMP '2018-08-14', TIMESTAMP '2018-10-14', DAY)",
    '-61',
  ),
  evaluates(
    'TIMESTAMP_DIFF',
    "TIMESTAMP_DIFF(TIMESTAMP '2001-02-01 01:00:00', TIMESTAMP '2001-02-01 00:00:01', HOUR)",
    '0',
    'whole hours, not boundaries',
  ),
  evaluates(
    'TIMESTAMP_DIFF',
    "TIMESTAMP_DIFF(TIMESTAMP '2001-02-02 00:00:00', TIMESTAMP '2001-02-01 23:59:59', DAY)",
    '0',
  ),
  evaluates(
    'TIMESTAMP_DIFF',
    "TIMESTAMP_DIFF(TIMESTAMP '2001-02-01 00:00:00', TIMESTAMP '2001-02-01 00:00:01.5', SECOND)",
    '-1',
    'truncates towards zero',
  ),
  evaluates(
    'TIMESTAMP_DIFF',
    "TIMESTAMP_DIFF(TIMESTAMP '2001-02-01 00:00:00.001', TIMESTAMP '2001-02-01', MICROSECOND)",
    '1000',
  ),
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
