import { readJsonFile, writeJsonFile } from './json-file.js';
import { damagedFile } from './state-file.js';

/** Name of the file in a job's folder and, from the older Python script, in the working directory. */
export const TOPIC_MAP_FILE = 'topic_map.json';

/** Source topic id → target topic id. */
export type TopicMap = ReadonlyMap<number, number>;

/**
 * The map in the file, or undefined when there is no file. A damaged file is an error. `inLedger`: the ledger has the
 * map too.
 */
export async function readTopicMap(path: string, inLedger = false): Promise<TopicMap | undefined> {
  const fix = inLedger
    ? 'Delete it and run again: TelePi writes it again from the ledger'
    : 'Fix it by hand, as {"<source topic id>": <target topic id>}';
  const value = await readJsonFile(path, fix);
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw damagedFile(path, "it isn't a single JSON object", fix);
  }
  const map = new Map<number, number>();
  for (const [key, target] of Object.entries(value)) {
    const source = /^[1-9]\d{0,9}$/.test(key) ? Number(key) : Number.NaN;
    if (!isTopicId(source) || !isTopicId(target)) {
      throw damagedFile(path, `the entry ${JSON.stringify(key)} isn't a pair of topic ids`, fix);
    }
    map.set(source, target);
  }
  return map;
}

export async function writeTopicMap(path: string, map: TopicMap): Promise<void> {
  await writeJsonFile(path, Object.fromEntries(map));
}

/** A topic's id is the id of the message that created it; General is 1. */
function isTopicId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 2 ** 31;
}
