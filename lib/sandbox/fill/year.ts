import { KIB } from '../../base/bytes.js';
import type { Chat } from '../world/model.js';
import type { World } from '../world/world.js';
import type { SampleFiles, SampleKind } from './sample-files.js';

/** Unix seconds of the year's first and last moments that matter. */
const BEGIN = Date.UTC(2024, 0, 5, 9, 30) / 1000;
const END = Date.UTC(2025, 0, 1) / 1000;

/** When the channel was made: before its first post. Later in a world whose clock hasn't come so far. */
export function yearBegins(since: number): number {
  return since > END ? BEGIN - 3600 : since;
}

/** Posts of the year 2024 for a download to choose from: photos, videos, papers and a recording, some weeks apart. */
export function fillYear(world: World, chat: Chat, files: SampleFiles, since: number): void {
  if (since <= END) return;
  POSTS.forEach(([kind, size, text], index) => {
    const date = BEGIN + Math.round((index * (END - BEGIN - 86_400)) / (POSTS.length - 1));
    const media = files.make(kind, kind === 'photo' ? {} : { size });
    world.post({ chat: chat.id, from: chat.creator, date, text, media });
  });
}

const POSTS: readonly (readonly [kind: SampleKind, size: number, text: string])[] = [
  ['photo', 0, 'New year'],
  ['video', 300 * KIB, 'Snow'],
  ['paper', 90 * KIB, 'Accounts'],
  ['photo', 0, 'Spring'],
  ['archive', 40 * KIB, 'All plans'],
  ['voice', 30 * KIB, ''],
  ['video', 700 * KIB, 'Summer'],
  ['paper', 20 * KIB, 'Minutes'],
  ['photo', 0, 'The last day'],
];
