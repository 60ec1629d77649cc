import { AppError, type Caller, type Exporter, type FileDownload } from '@outhaul/core';
import { Controller, Get, Inject, Redirect } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Answers } from '../http/answers.js';
import { Requires, TheCaller } from '../http/route-permission.js';
import { DocumentsPath, ParamsOf } from '../http/validated.js';
import { EXPORTER } from '../tokens.js';
import { idPath } from './exports.controller.js';

const filePath = idPath.extend({ file: z.string().min(1).max(1_024) });

/** Hands out a finished export’s files by signed URLs; the bytes never pass through this service. */
@Controller('api/v1/download')
@ApiTags('download')
@Requires('exports.download')
export class DownloadController {
  constructor(@Inject(EXPORTER) private readonly exporter: Exporter) {}

  @Get(':id')
  @ApiOperation({
    operationId: 'listDownloads',
    summary: 'Files of a finished export with signed URLs',
  })
  @DocumentsPath(idPath)
  @Answers(200, 'Download', 'All its files, the manifest among them.')
  async listDownloads(
    @TheCaller() caller: Caller,
    @ParamsOf(idPath) { id }: z.infer<typeof idPath>,
  ) {
    const downloads = await this.exporter.signDownloads(caller, id);
    return { id, files: downloads.map(fileView) };
  }

  @Get(':id/:file')
  @Redirect()
  @ApiOperation({ operationId: 'downloadFile', summary: 'Redirects to one file’s signed URL' })
  @DocumentsPath(filePath)
  @Answers(302, undefined, 'The file’s signed URL is in `Location`.')
  async downloadFile(
    @TheCaller() caller: Caller,
    @ParamsOf(filePath) { id, file }: z.infer<typeof filePath>,
  ) {
    const [download] = await this.exporter.signDownloads(caller, id, [file]);
    if (!download)
      throw new AppError('file-not-found', `Export ${id} has no file ${file}.`, { resource: file });
    return { url: download.url, statusCode: 302 };
  }
}

const fileView = ({ name, file, url, expiresAt }: FileDownload) => ({
  name,
  sizeBytes: file.sizeBytes,
  crc32c: file.crc32c,
  generation: file.generation,
  url,
  expiresAt,
});
