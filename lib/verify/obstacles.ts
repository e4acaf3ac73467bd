import { isOlder } from '../base/source-ids.js';
import type { PostDocument } from '../messages/document/document.js';
import type { Media } from '../messages/document/media.js';
import type { Difference, DifferenceKind } from './differences.js';

const SEND_ANEW =
  'delete the copy, and the next telepi verify --repair has the message sent again, after everything else';

/** Why no run can repair a difference, and what a person can do about it; the names are stable, machines read them. */
export const OBSTACLES = {
  extra: 'only a person can decide that a message of the target is to be deleted',
  twice: 'only a person can decide which of the two is to be deleted',
  order: 'Telegram keeps the order in which messages were sent',
  topic: `Telegram moves no message to another topic: ${SEND_ANEW}`,
  reply: `Telegram does not change what a message answers: ${SEND_ANEW}`,
  album: 'Telegram puts no message into an album afterwards',
  silent: 'Telegram does not make a message silent, or the opposite, afterwards',
  pinned: 'only a person can decide that a message of the target is to be unpinned',
  album_item: `no run repairs the items behind the first one of paid media: delete the whole album, and the next telepi verify --repair has it sent again, after everything else`,
  buttons: 'only bots have buttons',
  unreadable: 'nobody knows whether anything is wrong',
  effect: `Telegram gives no message another effect afterwards: ${SEND_ANEW}`,
  forwarded: `Telegram edits no message that was forwarded: ${SEND_ANEW}`,
  former_group: 'it stands in the basic group that the target used to be, which nobody can write to any more',
  not_a_message: 'a message of one chat is a notice of the other one, and Telegram edits no notices',
  poll: `Telegram changes nothing about a poll but its end: ${SEND_ANEW}`,
  completed: 'only a person can decide that a task of the copy is not done after all',
  fixed: `Telegram does not edit a message of this kind: ${SEND_ANEW}`,
  other_kind: `Telegram edits no message into this kind: ${SEND_ANEW}`,
  keeps_file: `Telegram does not take the file out of a message: ${SEND_ANEW}`,
  album_kind: `an album holds photos and videos, or files, or music, and no edit puts one among the others: ${SEND_ANEW}`,
} as const satisfies Record<string, string>;

export type Obstacle = keyof typeof OBSTACLES;

/** What no run repairs, whatever the messages are. */
export const NEVER_REPAIRED: Readonly<Partial<Record<DifferenceKind, Obstacle>>> = {
  extra: 'extra',
  twice: 'twice',
  order: 'order',
  topic: 'topic',
  reply: 'reply',
  album: 'album',
  buttons: 'buttons',
  unreadable: 'unreadable',
};

/** What Telegram calls the content of a message. */
type Shown = Media['kind'] | 'text' | 'rich';

/** One of these can be edited into another one (Bot API: editMessageMedia, editMessageText). */
const EXCHANGEABLE: ReadonlySet<Shown> = new Set<Shown>([
  'text',
  'rich',
  'photo',
  'video',
  'animation',
  'audio',
  'file',
]);

/** Why no edit makes this difference between a message and its copy go away; undefined when one may. */
export function obstacleToEdit(
  source: PostDocument,
  copy: PostDocument,
  difference: Difference,
): Obstacle | undefined {
  const { kind, field = kind } = difference;
  const never = NEVER_REPAIRED[kind];
  if (never !== undefined) return never;
  // The run pins at its end.
  if (field === 'flags.pinned') return source.flags.pinned ? undefined : 'pinned';
  if (isOlder(copy.id)) return 'former_group';
  if (copy.forward) return 'forwarded';
  if (field === 'flags.silent') return 'silent';
  if (field === 'effect') return 'effect';
  return obstacleInMedia(source, copy, difference);
}

function obstacleInMedia(
  source: PostDocument,
  copy: PostDocument,
  { kind, field = kind }: Difference,
): Obstacle | undefined {
  const [wanted, shown] = [shownIn(source), shownIn(copy)];
  if (shown === 'poll')
    return field === 'media.closed' && source.media?.kind === shown && !isClosed(copy) ? undefined : 'poll';
  if (shown === 'checklist') return ofChecklist(source, copy, field);
  const isCaption = kind === 'text' || kind === 'entities';
  if (isCaption && shown === 'voice') return undefined;
  if (!EXCHANGEABLE.has(shown)) return 'fixed';
  // Its copy is what was to be seen of it.
  if (isCaption || wanted === 'paid_media') return undefined;
  if (!EXCHANGEABLE.has(wanted)) return 'other_kind';
  const isFile = shown !== 'text' && shown !== 'rich';
  if (isFile && (wanted === 'text' || wanted === 'rich')) return 'keeps_file';
  return isFile && copy.album !== undefined && familyOf(wanted) !== familyOf(shown)
    ? 'album_kind'
    : undefined;
}

function ofChecklist(
  { media: wanted }: PostDocument,
  { media }: PostDocument,
  field: string,
): Obstacle | undefined {
  if (wanted?.kind !== 'checklist' || media?.kind !== 'checklist') return 'fixed';
  if (field !== 'media.done') return undefined;
  const done = new Set(wanted.done?.map(({ id }) => id));
  return (media.done ?? []).every(({ id }) => done.has(id)) ? undefined : 'completed';
}

function isClosed({ media }: PostDocument): boolean {
  return media?.kind === 'poll' && media.closed === true;
}

function shownIn({ media, richMessage }: PostDocument): Shown {
  if (richMessage) return 'rich';
  return media === undefined || media.kind === 'web_page' ? 'text' : media.kind;
}

function familyOf(shown: Shown): Shown | 'visual' {
  return shown === 'photo' || shown === 'video' ? 'visual' : shown;
}
