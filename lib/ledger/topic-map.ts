import { readJsonFile, writeJsonFile } from './json-file.js';
import { damagedFile } from './state-file.js';

/** The name of the file in a job's folder and, from the older Python script, in the working directory. */
export const TOPIC_MAP_FILE = 'topic_map.json';

/** Source topic id → target topic id. */
export type TopicMap = ReadonlyMap<number, number>;

const MEND =
  'Mend it by hand, as {"<source topic id>": <target topic id>}, or run with --restart to start over';

/** The map as the file has it, or undefined when there is no file. A damaged one is an error. */
export async function readTopicMap(path: string): Promise<TopicMap | undefined> {
  const value = await readJsonFile(path, MEND);
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw damagedFile(path, "it isn't one JSON object", MEND);
  }
  const map = new Map<number, number>();
  for (const [key, target] of Object.entries(value)) {
    const source = /^[1-9]\d{0,9}$/.test(key) ? Number(key) : Number.NaN;
    if (!isTopicId(source) || !isTopicId(target)) {
      throw damagedFile(path, `the entry ${JSON.stringify(key)} isn't a pair of topic ids`, MEND);
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
