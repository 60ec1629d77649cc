import { answers, evaluates } from './build-case.js';
import { type ConformanceCase } from './conformance-case.js';

/** Hash functions and encodings of bytes, with known answers. */
export const hashes: readonly ConformanceCase[] = [
  answers(
    'FARM_FINGERPRINT',
    'SELECT FARM_FINGERPRINT(CONCAT(CAST(x AS STRING), y, CAST(z AS STRING))) FROM UNNEST([STRUCT(1 AS x, "foo" AS y, true AS z), (2, "apple", false), (3, "", true)]) ORDER BY x',
    [['-1541654101129638711'], ['2794438866806483259'], ['-4880158226897771312']],
  ),
  evaluates(
    'FARM_FINGERPRINT',
    "FARM_FINGERPRINT(b'1footrue')",
    '-1541654101129638711',
    'text or its bytes',
  ),
  evaluates('FARM_FINGERPRINT', 'FARM_FINGERPRINT(CAST(NULL AS STRING))', null),
  evaluates('MD5', "TO_HEX(MD5('Hello World'))", 'b10a8db164e0754105b7a99be72e3fe5'),
  evaluates('MD5', "MD5('Hello World')", 'sQqNsWTgdUEFt6mb5y4/5Q==', 'bytes, not hexadecimal text'),
  evaluates('SHA1', "TO_HEX(SHA1('Hello World'))", '0a4d55a8d778e5022fab701977c5d840bbc486d0'),
  evaluates(
    'SHA256',
    "TO_HEX(SHA256('Hello World'))",
    'a591a6d40bf420404a011733cfb7b190d62c65bf0bcda32b57b277d9ad9f146e',
  ),
  evaluates(
    'SHA256',
    "TO_HEX(SHA256(b''))",
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  ),
  evaluates(
    'SHA256',
    "TO_HEX(SHA256(CONCAT(CAST('ab' AS BYTES), CAST('c' AS BYTES))))",
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  ),
  evaluates('SHA256', 'SHA256(CAST(NULL AS BYTES))', null),
  evaluates('SHA512', "SUBSTR(TO_HEX(SHA512('abc')), 1, 32)", 'ddaf35a193617abacc417349ae204131'),
  evaluates('TO_HEX', "TO_HEX(b'\\x00\\x01\\xAA\\xff')", '0001aaff'),
  evaluates('FROM_HEX', "FROM_HEX('00Aaff')", 'AKr/'),
  evaluates('FROM_HEX', "FROM_HEX('0AF')", 'AK8=', 'an odd number of digits has a 0 before it'),
  evaluates('TO_BASE64', "TO_BASE64(b'\\377\\340')", '/+A='),
  evaluates('FROM_BASE64', "FROM_BASE64('/+A=')", '/+A='),
  evaluates('TO_BASE32', "TO_BASE32(b'abcde\\xFF')", 'MFRGGZDF74======'),
  evaluates('FROM_BASE32', "TO_HEX(FROM_BASE32('MFRGGZDF74======'))", '6162636465ff'),
  evaluates('SAFE_CONVERT_BYTES_TO_STRING', "SAFE_CONVERT_BYTES_TO_STRING(b'\\xc2')", '\ufffd'),
  evaluates('SAFE_CONVERT_BYTES_TO_STRING', "SAFE_CONVERT_BYTES_TO_STRING(b'abc')", 'abc'),
  evaluates('comparison of bytes', "b'a' < b'b'", 'true'),
  answers(
    'GENERATE_UUID',
    "SELECT REGEXP_CONTAINS(GENERATE_UUID(), r'^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')",
    [['true']],
  ),
];
