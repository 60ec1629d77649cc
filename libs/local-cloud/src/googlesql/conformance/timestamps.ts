import { evaluates, fails, typed } from './build-case.js';
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
];
