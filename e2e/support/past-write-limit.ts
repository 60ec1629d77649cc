import { pause } from './deployed-system.js';

/** Writes an object as soon as Cloud Storage takes it: one change of an object a second. */
export async function pastWriteLimit(write: () => Promise<Response>): Promise<Response> {
  for (let tries = 0; ; tries += 1) {
    const answer = await write();
    if (answer.status !== 429 || tries >= 5) return answer;
    await pause(1_100);
  }
}
