import { CHANNEL_MARK } from '../../base/marked-id.js';
import type { LocalTime } from '../local-time.js';
import type { Names } from '../names.js';
import type { Json } from './json.js';

/** What a message doesn't say itself, and how it is written. */
export interface DesktopScene {
  readonly names: Names;
  readonly time: LocalTime;
  readonly files: MessageFiles;
  /** The account whose archive it is. */
  readonly self: number;
  /** What is added to the ids of messages: -1,000,000,000 for those of the group that a supergroup used to be. */
  readonly shift: number;
  /** Writes exactly what Telegram Desktop writes, also where that is awkward to read. */
  readonly strict: boolean;
}

/** Where the files of a message are in the export: a path, or a sentence that says why there is none. */
export interface MessageFiles {
  /** `id`: Telegram's, of a photo or file. */
  at(id: string): string;
  thumbAt(id: string): string;
  /** Of the card of a contact. */
  readonly vcard: string;
}

/** `user1`, `chat1`, `channel1`: a marked id as Telegram Desktop writes peers. */
export function peerId(marked: number): string {
  if (marked >= 0) return `user${marked}`;
  return marked <= -CHANNEL_MARK ? `channel${bareId(marked)}` : `chat${-marked}`;
}

/** The id without its mark. */
export function bareId(marked: number): number {
  if (marked >= 0) return marked;
  return marked <= -CHANNEL_MARK ? -marked - CHANNEL_MARK : -marked;
}

/** The number by which Telegram Desktop's own code knows a peer: the bare id with its kind from bit 48 on. */
export function internalPeer(marked: number): number {
  if (marked >= 0) return marked;
  return bareId(marked) + (marked <= -CHANNEL_MARK ? 2 : 1) * 2 ** 48;
}

/** A name, or null for somebody without one. */
export function nameOf({ names }: Pick<DesktopScene, 'names'>, peer: number | undefined): string | null {
  return (peer === undefined ? undefined : names.of(peer)?.name) || null;
}

/** An empty text is left out. */
export function unlessEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** A field of a local time and its twin, the unix seconds as a text. */
export function dateFields(
  { time }: Pick<DesktopScene, 'time'>,
  key: string,
  seconds: number,
): readonly (readonly [string, Json])[] {
  return [
    [key, time.iso(seconds)],
    [`${key}_unixtime`, String(seconds)],
  ];
}
