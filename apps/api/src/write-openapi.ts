import { writeFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { AppModule, type Parts } from './app.module.js';
import { describeApi } from './wire/openapi.js';

/** Writes the OpenAPI document to the file named as first argument; nothing is started. */
const app = await NestFactory.create(AppModule.of({} as Parts), {
  preview: true,
  logger: ['error'],
});
const file = process.argv[2];
if (!file) throw new Error('usage: write-openapi FILE');
writeFileSync(file, `${JSON.stringify(describeApi(app), null, 2)}\n`);
