import { idWord } from '../shell-word.js';
import { type Session } from '../session.js';

/** Begins an export or a set without waiting, and says how it is watched. */
export async function beginOnly(
  { output, again, direct }: Session,
  begin: () => Promise<{ readonly id: string }>,
): Promise<void> {
  const started = await begin();
  output.one(started, () => [started.id]);
  const watch = `outhaul status ${idWord(started.id)} --watch${again}`;
  output.note(
    direct ? `Started. Nobody but you moves it on: ${watch}` : `Started. Watch it with: ${watch}`,
  );
}
