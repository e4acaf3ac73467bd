import { join } from 'node:path';
import { readJsonFile, writeJsonFile } from './json-file.js';
import { removeStateFile } from './state-file.js';

/** In a job's folder, while a run pins. */
const PINS_FILE = 'pins.json';

/** Telegram's notes about the pins of a run that hasn't finished stand in this chat, after this message. */
export interface PinMark {
  readonly chat: number;
  readonly afterId: number;
}

/** Undefined unless a run was cut off among its pins. */
export async function readPinMark(folder: string): Promise<PinMark | undefined> {
  const fix = "Delete it: notes about the last run's pins may then stay in the target";
  const found = await readJsonFile(join(folder, PINS_FILE), fix);
  if (typeof found !== 'object' || found === null) return undefined;
  const { chat, afterId } = found as Partial<Record<keyof PinMark, unknown>>;
  return typeof chat === 'number' && typeof afterId === 'number' ? { chat, afterId } : undefined;
}

/** Throws STATE_UNWRITABLE, so that nothing is pinned whose note nobody would find. */
export async function writePinMark(folder: string, mark: PinMark): Promise<void> {
  await writeJsonFile(join(folder, PINS_FILE), mark);
}

export async function removePinMark(folder: string): Promise<void> {
  await removeStateFile(join(folder, PINS_FILE));
}
