import type { MessageDocument } from '../document/document.js';
import { badValue, type Given, wordsOf } from './given.js';

/** What a message can be chosen by: the kinds of a document's media, and text, rich_message and service. */
export const SELECTABLE_KINDS = [
  'text',
  'photo',
  'video',
  'round_video',
  'animation',
  'audio',
  'voice',
  'sticker',
  'custom_emoji',
  'file',
  'poll',
  'checklist',
  'location',
  'live_location',
  'venue',
  'contact',
  'dice',
  'game',
  'invoice',
  'giveaway',
  'giveaway_results',
  'paid_media',
  'story',
  'video_stream',
  'rich_message',
  'service',
  'unknown',
] as const;

export type SelectableKind = (typeof SELECTABLE_KINDS)[number];

/** A message with a link preview is a text. */
export function kindOf(document: MessageDocument): SelectableKind {
  if (document.kind === 'service') return 'service';
  if (document.kind !== 'message') return 'unknown';
  if (document.richMessage) return 'rich_message';
  const { media } = document;
  return !media || media.kind === 'web_page' ? 'text' : media.kind;
}

/**
 * Reads `--kind` or `--exclude-kind`: kinds with commas between them.
 * @throws UsageError BAD_SELECTION that lists the kinds, and names the one that was probably meant
 */
export function readKinds(given: Given): ReadonlySet<SelectableKind> {
  const words = wordsOf(given).map((word) => word.toLowerCase().replaceAll('-', '_'));
  const kinds = new Set<SelectableKind>();
  for (const word of words) {
    const kind = kindNamed(word);
    if (kind === undefined) throw unknownKind(given, word);
    kinds.add(kind);
  }
  if (kinds.size === 0) throw unknownKind(given);
  return kinds;
}

/** What other tools, and Telegram itself, call some kinds. */
const OTHER_NAMES: ReadonlyMap<string, SelectableKind> = new Map([
  ['gif', 'animation'],
  ['document', 'file'],
  ['image', 'photo'],
  ['picture', 'photo'],
  ['music', 'audio'],
  ['video_note', 'round_video'],
  ['round', 'round_video'],
  ['voice_message', 'voice'],
  ['geo', 'location'],
  ['quiz', 'poll'],
  ['todo', 'checklist'],
  ['link', 'text'],
]);

function kindNamed(word: string): SelectableKind | undefined {
  const singular = word.replace(/s$/, '');
  const own = SELECTABLE_KINDS.find((kind) => kind === word || kind === singular);
  return own ?? OTHER_NAMES.get(word) ?? OTHER_NAMES.get(singular);
}

function unknownKind(given: Given, word = ''): Error {
  const start = word.slice(0, 3);
  const near = start.length < 3 ? undefined : SELECTABLE_KINDS.find((kind) => kind.startsWith(start));
  return badValue(
    given,
    `kinds of messages with commas between them, which are ${SELECTABLE_KINDS.join(', ')}`,
    near === undefined ? undefined : `Did you mean ${near}?`,
  );
}
