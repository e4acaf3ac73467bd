import { UsageError } from '../../base/errors.js';
import { type ChatPlace, type ChatRef, parseChatPlace } from '../../telegram/chat-ref.js';
import type { MessageList } from './message-list.js';

/** What a download was asked for, before anything is looked up: places as people write them, and messages by their ids. */
export type Wanted =
  | { readonly kind: 'place'; readonly place: ChatPlace; readonly origin: string }
  | { readonly kind: 'messages'; readonly chat: ChatRef; readonly ids: readonly number[] };

/** The words that name chats and messages. */
export interface WantedWords {
  /** The words after the command's name. */
  readonly words: readonly string[];
  /** The setting, a list with commas, and whether it was given with this command rather than in the environment. */
  readonly source: { readonly text: string; readonly isFlag: boolean } | undefined;
  readonly list: MessageList | undefined;
}

/**
 * Joins what words, setting and list name. A chat of the environment counts only where nothing else is named. Ids without
 * a chat belong to the one chat that is named.
 * @throws UsageError NO_CHAT, BAD_CHAT; CONTRADICTION for ids that could be of several chats.
 */
export function readWanted({ words, source, list }: WantedWords): readonly Wanted[] {
  const named = words.flatMap(listed).map((word) => placeOf(word));
  const ofFlag = source?.isFlag === true ? listed(source.text).map((word) => placeOf(word, '--source')) : [];
  const listedPlaces = (list?.places ?? []).map(
    (place): Wanted => ({ kind: 'place', place, origin: 'the list' }),
  );
  const given = [...named, ...ofFlag];
  const isIdle = given.length > 0 || listedPlaces.length > 0;
  const ofEnvironment =
    source && !source.isFlag && !isIdle
      ? listed(source.text).map((word) => placeOf(word, 'SOURCE_CHAT'))
      : [];
  const places = [...given, ...ofEnvironment];
  const ids = list?.ids ?? [];
  if (ids.length > 0) return [...withIds(places, ids), ...listedPlaces];
  if (places.length + listedPlaces.length > 0) return [...places, ...listedPlaces];
  throw new UsageError(
    'NO_CHAT',
    'No chat is named: write its -100… id, @name or link behind "telepi download" or as --source ("telepi chats" lists them).',
  );
}

/** Whether something wanted is a whole chat or topic, as far as its words say. */
export function isWhole(wanted: Wanted): boolean {
  return wanted.kind === 'place' && wanted.place.message === undefined;
}

function placeOf(word: string, setting?: string): Wanted & { readonly kind: 'place' } {
  return { kind: 'place', place: parseChatPlace(word, setting, { comments: true }), origin: word };
}

function listed(text: string): readonly string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function withIds(
  places: readonly (Wanted & { readonly kind: 'place' })[],
  ids: readonly number[],
): readonly Wanted[] {
  const whole = places.filter(isWhole);
  const [only] = whole;
  if (only?.kind !== 'place' || whole.length > 1) {
    throw new UsageError(
      'CONTRADICTION',
      `--from-file has ids of messages, and ${whole.length === 0 ? 'no chat is named' : `${whole.length} chats are named`}: name the one chat they belong to, or write links into the file.`,
    );
  }
  const rest = places.filter((place) => place !== only);
  return [...rest, { kind: 'messages', chat: only.place.chat, ids }];
}
