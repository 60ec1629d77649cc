import { evaluates, fails } from './build-case.js';
import { type ConformanceCase } from './conformance-case.js';

/** Geographies in and out of well-known text and bytes. */
export const geographies: readonly ConformanceCase[] = [
  evaluates(
    'ST_ASTEXT',
    "ST_ASTEXT(ST_GEOGFROMTEXT('POINT(-122.35022 47.649154)'))",
    'POINT(-122.35022 47.649154)',
  ),
  evaluates(
    'ST_GEOGFROMTEXT',
    "ST_ASTEXT(ST_GEOGFROMTEXT('polygon ((0 0,1.5 0,1 1,0 0))'))",
    'POLYGON((0 0, 1.5 0, 1 1, 0 0))',
  ),
  fails('ST_GEOGFROMTEXT', "SELECT ST_GEOGFROMTEXT('no shape')", /geometry|geography/i),
  evaluates(
    'ST_ASBINARY',
    "TO_HEX(ST_ASBINARY(ST_GEOGFROMTEXT('POINT(1 2)')))",
    '0101000000000000000000f03f0000000000000040',
  ),
  evaluates(
    'ST_GEOGFROMWKB',
    "ST_ASTEXT(ST_GEOGFROMWKB(FROM_HEX('0101000000000000000000f03f0000000000000040')))",
    'POINT(1 2)',
  ),
  evaluates(
    'ST_GEOGFROMWKB',
    "ST_ASTEXT(ST_GEOGFROMWKB(ST_ASBINARY(ST_GEOGFROMTEXT('LINESTRING(0 0, 1 1)')), oriented=>TRUE))",
    'LINESTRING(0 0, 1 1)',
  ),
  evaluates('ST_ASTEXT', 'ST_ASTEXT(CAST(NULL AS GEOGRAPHY))', null),
];
