import { pipeline } from 'node:stream/promises';
import { type Caller, type Exporter } from '@outhaul/core';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Response } from 'express';
import { type z } from 'zod';
import { Answers } from '../http/answers.js';
import { Requires, TheCaller } from '../http/route-permission.js';
import { DocumentsPath, ParamsOf } from '../http/validated.js';
import { LOG, type Log } from '../log.js';
import { EXPORTER } from '../tokens.js';
import { makeArchive } from './archive-stream.js';
import { idPath } from './exports.controller.js';

/** All files of an export as one zip, made while it is sent: for browsers, which save one file at a time. */
@Controller('api/v1/archive')
@ApiTags('download')
@Requires('exports.download')
export class ArchiveController {
  constructor(
    @Inject(EXPORTER) private readonly exporter: Exporter,
    @Inject(LOG) private readonly log: Log,
  ) {}

  @Get(':id')
  @ApiOperation({
    operationId: 'downloadArchive',
    summary: 'All files of a finished export as one streamed zip',
  })
  @ApiProduces('application/zip')
  @ApiResponse({
    status: 200,
    description:
      'Files are stored uncompressed and each is checked against its CRC32C while it is sent; when one is wrong the connection is broken off.',
    content: { 'application/zip': { schema: { type: 'string', format: 'binary' } } },
  })
  @DocumentsPath(idPath)
  @Answers(200, undefined, 'The archive.')
  async downloadArchive(
    @TheCaller() caller: Caller,
    @ParamsOf(idPath) { id }: z.infer<typeof idPath>,
    @Res() response: Response,
  ) {
    const downloads = await this.exporter.signDownloads(caller, id);
    const { createdAt, request } = await this.exporter.get(caller, id);
    const stem = request.source.type === 'table' ? request.source.table : 'query';
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const archive = await makeArchive(downloads, new Date(createdAt), gone.signal);
    response.status(200).set({
      'Content-Type': 'application/zip',
      'Content-Length': String(archive.sizeBytes),
      'Content-Disposition': `attachment; filename="${id}.zip"; filename*=UTF-8''${encodeURIComponent(`${stem}-${id}.zip`)}`,
      'Cache-Control': 'no-store',
    });
    try {
      await pipeline(archive.bytes, response);
    } catch (error) {
      // The status has been sent: only a broken connection can tell the reader that the archive is not whole.
      response.destroy();
      if (!gone.signal.aborted)
        this.log.warn({ event: 'archive.broken-off', exportId: id, err: error }, 'archive failed');
    }
  }
}
