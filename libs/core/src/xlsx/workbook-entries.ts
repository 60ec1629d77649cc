import { type Field } from '../schema.js';
import { type ZipEntry } from '../ports/surroundings.js';
import { type CellValue, cellStyles, cellXml, columnName, textXml, escapeXml } from './cell-xml.js';

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';

/** Rows are turned into XML and handed on in pieces of about this many characters. */
const pieceCharacters = 64_000;

/** The files of which a workbook with one sheet consists; the rows are read while the sheet is written. */
export async function* workbookEntries(
  sheetName: string,
  fields: readonly Field[],
  rows: AsyncIterable<Readonly<Record<string, CellValue>>>,
): AsyncGenerator<ZipEntry> {
  yield fixed('[Content_Types].xml', contentTypes);
  yield fixed(
    '_rels/.rels',
    `<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  );
  yield fixed(
    'xl/workbook.xml',
    `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="${escapeXml(sheetTitle(sheetName))}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  );
  yield fixed(
    'xl/_rels/workbook.xml.rels',
    `<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
  );
  yield fixed('xl/styles.xml', styles);
  yield { name: 'xl/worksheets/sheet1.xml', content: sheet(fields, rows) };
}

async function* sheet(
  fields: readonly Field[],
  rows: AsyncIterable<Readonly<Record<string, CellValue>>>,
): AsyncGenerator<string> {
  const columns = fields.map((field, index) => ({ field, letters: columnName(index) }));
  let piece = `${head}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`;
  piece += `<row r="1">${columns.map(({ field, letters }) => textXml(`${letters}1`, field.name, field, cellStyles.header)).join('')}</row>`;
  let number = 1;
  for await (const row of rows) {
    number += 1;
    piece += `<row r="${number}">`;
    for (const { field, letters } of columns)
      piece += cellXml(letters + number, cellOf(row, field), field);
    piece += '</row>';
    if (piece.length < pieceCharacters) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}</sheetData></worksheet>`;
}

/** NULLs are left out of the lines: what is not there must not be found in the prototype of all objects. */
const cellOf = (row: Readonly<Record<string, CellValue>>, { name }: Field): CellValue =>
  Object.hasOwn(row, name) ? row[name] : null;

const fixed = (name: string, xml: string): ZipEntry => ({
  name,
  content: (async function* () {
    yield head + xml;
  })(),
});

/** A sheet's name has at most 31 characters and none of these. */
const sheetTitle = (name: string): string =>
  name
    .replace(/[\\/?*[\]:]/g, '_')
    .replace(/^'|'$/g, '_')
    .slice(0, 31) || 'export';

const contentTypes = `<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`;

const formats = ['yyyy-mm-dd', 'hh:mm:ss.000', 'yyyy-mm-dd hh:mm:ss.000'];
const styles = `<styleSheet xmlns="${main}"><numFmts count="3">${formats
  .map((code, index) => `<numFmt numFmtId="${164 + index}" formatCode="${code}"/>`)
  .join(
    '',
  )}</numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>${[
  164, 165, 166,
]
  .map(
    (format) =>
      `<xf numFmtId="${format}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`,
  )
  .join(
    '',
  )}<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs></styleSheet>`;
