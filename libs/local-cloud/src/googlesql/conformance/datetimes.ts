import { evaluates, fails, typed } from './build-case.js';
import { type ConformanceCase } from './conformance-case.js';

/** DATETIME and TIME functions, and INTERVAL values. */
export const datetimes: readonly ConformanceCase[] = [
  typed(
    'DATETIME',
    evaluates('DATETIME', 'DATETIME(2008, 12, 25, 5, 30, 0)', '2008-12-25T05:30:00'),
  ),
  evaluates(
    'DATETIME',
    "DATETIME(TIMESTAMP '2008-12-25 05:30:00+00', 'America/Los_Angeles')",
    '2008-12-24T21:30:00',
  ),
  evaluates('DATETIME', "DATETIME(DATE '2008-12-25')", '2008-12-25T00:00:00'),
  evaluates('DATETIME', "DATETIME(DATE '2008-12-25', TIME '05:30:00')", '2008-12-25T05:30:00'),
  evaluates('datetime literal', "DATETIME '2014-09-27 12:30:00.45'", '2014-09-27T12:30:00.450000'),
  evaluates(
    'CAST',
    "CAST(DATETIME '2014-09-27 12:30:00' AS STRING)",
    '2014-09-27 12:30:00',
    'a blank, not a T',
  ),
  evaluates(
    'DATETIME_ADD',
    "DATETIME_ADD(DATETIME '2008-12-25 15:30:00', INTERVAL 10 MINUTE)",
    '2008-12-25T15:40:00',
  ),
  evaluates(
    'DATETIME_ADD',
    "DATETIME_ADD(DATETIME '2024-01-31 10:00:00', INTERVAL 1 MONTH)",
    '2024-02-29T10:00:00',
  ),
  evaluates(
    'DATETIME_SUB',
    "DATETIME_SUB(DATETIME '2008-12-25 15:30:00', INTERVAL 1 WEEK)",
    '2008-12-18T15:30:00',
  ),
  evaluates(
    'DATETIME_DIFF',
    "DATETIME_DIFF(DATETIME '2010-07-07 10:20:00', DATETIME '2008-12-25 15:30:00', DAY)",
    '559',
  ),
  evaluates(
    'DATETIME_DIFF',
    "DATETIME_DIFF(DATETIME '2017-10-15 00:00:00', DATETIME '2017-10-14 23:59:59', DAY)",
    '1',
    'boundaries, unlike timestamps',
  ),
  evaluates(
    'DATETIME_DIFF',
    "DATETIME_DIFF(DATETIME '2001-02-01 02:00:00', DATETIME '2001-02-01 01:59:59', HOUR)",
    '1',
  ),
  evaluates(
    'DATETIME_DIFF',
    "DATETIME_DIFF(DATETIME '2017-12-18', DATETIME '2017-12-17', WEEK(MONDAY))",
    '1',
  ),
  evaluates(
    'DATETIME_DIFF',
    "DATETIME_DIFF(DATETIME '2017-12-30', DATETIME '2014-12-30', ISOYEAR)",
    '2',
  ),
  evaluates(
    'DATETIME_TRUNC',
    "DATETIME_TRUNC(DATETIME '2008-12-25 15:30:00', DAY)",
    '2008-12-25T00:00:00',
  ),
  evaluates(
    'DATETIME_TRUNC',
    "DATETIME_TRUNC(DATETIME '2017-11-05 00:00:00', WEEK(MONDAY))",
    '2017-10-30T00:00:00',
  ),
  evaluates(
    'DATETIME_TRUNC',
    "DATETIME_TRUNC(DATETIME '2015-06-15 00:00:00', ISOYEAR)",
    '2014-12-29T00:00:00',
  ),
  evaluates(
    'DATETIME_TRUNC',
    "DATETIME_TRUNC(DATETIME '2008-12-25 15:31:59.7', MINUTE)",
    '2008-12-25T15:31:00',
  ),
  evaluates('LAST_DAY', "LAST_DAY(DATETIME '2008-11-10 15:30:00', WEEK(SUNDAY))", '2008-11-15'),
  evaluates(
    'FORMAT_DATETIME',
    "FORMAT_DATETIME('%c', DATETIME '2008-12-25 15:30:00')",
    'Thu Dec 25 15:30:00 2008',
  ),
  evaluates(
    'FORMAT_DATETIME',
    "FORMAT_DATETIME('%b-%d-%Y %T', DATETIME '2008-12-25 15:30:00')",
    'Dec-25-2008 15:30:00',
  ),
  evaluates(
    'PARSE_DATETIME',
    "PARSE_DATETIME('%Y-%m-%d %H:%M:%S', '1998-10-18 13:45:55')",
    '1998-10-18T13:45:55',
  ),
  evaluates(
    'PARSE_DATETIME',
    "PARSE_DATETIME('%m/%d/%Y %I:%M:%S %p', '8/30/2018 2:23:38 pm')",
    '2018-08-30T14:23:38',
  ),
  evaluates(
    'PARSE_DATETIME',
    "PARSE_DATETIME('%A, %B %e, %Y', 'Wednesday, December 19, 2018')",
    '2018-12-19T00:00:00',
  ),
  evaluates('EXTRACT', "EXTRACT(HOUR FROM DATETIME '2008-12-25 15:30:00')", '15'),
  evaluates('EXTRACT', "EXTRACT(DATE FROM DATETIME '2008-12-25 15:30:00')", '2008-12-25'),
  typed('TIME', evaluates('TIME', 'TIME(15, 30, 0)', '15:30:00')),
  evaluates('TIME', "TIME(TIMESTAMP '2008-12-25 15:30:00+08', 'America/Los_Angeles')", '23:30:00'),
  evaluates('TIME', "TIME(DATETIME '2008-12-25 15:30:00')", '15:30:00'),
  evaluates(
    'TIME_ADD',
    "TIME_ADD(TIME '23:30:00', INTERVAL 1 HOUR)",
    '00:30:00',
    'past midnight it begins again',
  ),
  evaluates('TIME_SUB', "TIME_SUB(TIME '00:30:00', INTERVAL 1 HOUR)", '23:30:00'),
  evaluates('TIME_DIFF', "TIME_DIFF(TIME '15:30:00', TIME '14:35:00', MINUTE)", '55'),
  evaluates('TIME_TRUNC', "TIME_TRUNC(TIME '15:30:45', HOUR)", '15:00:00'),
  evaluates('FORMAT_TIME', "FORMAT_TIME('%R', TIME '15:30:00')", '15:30'),
  evaluates('PARSE_TIME', "PARSE_TIME('%H', '15')", '15:00:00'),
  evaluates('PARSE_TIME', "PARSE_TIME('%I:%M:%S %p', '2:23:38 pm')", '14:23:38'),
  evaluates('EXTRACT', "EXTRACT(HOUR FROM TIME '15:30:00')", '15'),
  typed('INTERVAL', evaluates('INTERVAL', 'INTERVAL 14 MONTH', '1-2 0 0:0:0')),
  evaluates('INTERVAL', 'INTERVAL 2 WEEK', '0-0 14 0:0:0'),
  evaluates('EXTRACT', 'EXTRACT(MONTH FROM INTERVAL 14 MONTH)', '2', 'years are taken out first'),
  evaluates(
    'date subtraction',
    "CAST(DATE '2021-05-20' - DATE '2020-04-19' AS STRING)",
    '0-0 396 0:0:0',
  ),
  evaluates(
    'interval arithmetic',
    "DATETIME '2021-05-20 10:00:00' + INTERVAL 1 MONTH",
    '2021-06-20T10:00:00',
  ),
  evaluates('comparison', "DATETIME '2024-01-01' < DATETIME '2024-01-01 00:00:01'", 'true'),
  evaluates('comparison', "DATE '2024-01-01' = '2024-01-01'", 'true', 'a literal is coerced'),
  fails('comparison', "SELECT DATE '2024-01-01' = 20240101", /operator|signature|types|compare/i),
];
