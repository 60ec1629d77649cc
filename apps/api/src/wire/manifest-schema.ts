import { z } from 'zod';
import { manifestSchema } from './exports.js';

/** The manifest's JSON Schema, by itself: for whoever checks files without this service. */
export const manifestJsonSchema: object = {
  ...z.toJSONSchema(manifestSchema, { io: 'input' }),
  $id: 'urn:outhaul:manifest:1',
  title: 'Outhaul manifest, version 1',
};
