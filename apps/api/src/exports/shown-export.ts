import { type ExportRecord, viewOf } from '@outhaul/core';
import { type Response } from 'express';

interface Shown {
  answer?: { readonly body: Buffer; readonly etag: string };
  frame?: string;
}

/** A record is never changed, only replaced: what is shown of it is written once, however many ask and watch. */
const known = new Map<ExportRecord, Shown>();
const most = 200;

/** Answers with what is shown of a record. */
export function sendExport(record: ExportRecord, response: Response): void {
  const { body, etag } = (shownOf(record).answer ??= answerOf(record, response));
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('ETag', etag);
  response.send(body);
}

/** A record as a server-sent event. */
export const frameOf = (record: ExportRecord): string =>
  (shownOf(record).frame ??= `id: ${record.revision}\nevent: status\ndata: ${jsonOf(record)}\n\n`);

function shownOf(record: ExportRecord): Shown {
  let shown = known.get(record);
  if (!shown) {
    if (known.size >= most) known.clear();
    known.set(record, (shown = {}));
  }
  return shown;
}

function answerOf(record: ExportRecord, { app }: Response): { body: Buffer; etag: string } {
  const body = Buffer.from(jsonOf(record));
  return { body, etag: (app.get('etag fn') as (body: Buffer) => string)(body) };
}

const jsonOf = (record: ExportRecord): string => JSON.stringify(viewOf(record));
