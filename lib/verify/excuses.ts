import type { Reduction } from '../messages/losses.js';
import type { Difference } from './differences.js';
import { differInLinksOnly } from './links.js';
import type { Presumed } from './presumed.js';

/** Which differences a loss explains, by their kind or the beginning of their field, or its end after `*`. */
interface Excuse {
  readonly fields: readonly string[];
  /** The fields in which it explains other links to messages, and nothing else. */
  readonly links?: readonly string[];
  /** It explains that the copy has nothing there, and not that it has something else. */
  readonly lackOnly?: true;
  /**
   * The fields for which it may be presumed when nobody recorded losses, because Telegram doesn't allow the copy to have
   * the detail; `of`: only when the source has this there. A loss that only a refusal can cause is not presumed, or
   * damage would pass for it.
   */
  readonly presumed?: readonly string[];
  readonly of?: string;
  /** What it explains whether it was recorded or not: the table of kinds leaves it out of every copy. */
  readonly always?: readonly string[];
}

const TEXT_AND_MEDIA = ['text', 'entities', 'media', 'richMessage'];

/** Where custom emoji may stand. */
const CUSTOM_EMOJI = ['entities.custom_emoji', '*.custom_emoji'];

/** Formatting that the table of kinds leaves out of every copy. */
const LEFT_OUT_ENTITIES = ['diff_insert', 'diff_replace', 'diff_delete', 'unknown'].map(
  (kind) => `entities.${kind}`,
);

/** Through whom a message was sent. */
const VIA = ['viaBot', 'viaBusinessBot', 'viaGuest'];

/** What each loss explains: a new loss doesn't compile until somebody has judged it. */
const EXCUSES: Readonly<Record<Reduction, Excuse>> = {
  card: {
    fields: [
      'kind',
      'text',
      'entities',
      'attributes',
      'size',
      'preview',
      'buttons',
      'media',
      'album',
      'flags.invertMedia',
    ],
  },
  reply: { fields: ['reply', 'text', 'entities'] },
  reply_detail: { fields: ['reply.task', 'reply.option'], presumed: ['reply.task', 'reply.option'] },
  quote: { fields: ['reply.quote', 'text', 'entities'] },
  buttons: { fields: ['markup', 'text', 'entities'], presumed: ['markup'] },
  mention: { fields: ['entities.mention_name'] },
  entities: { fields: ['entities', 'richMessage.blocks'], always: LEFT_OUT_ENTITIES },
  custom_emoji: { fields: CUSTOM_EMOJI, presumed: CUSTOM_EMOJI },
  effect: { fields: ['effect'], presumed: ['effect'] },
  thumbnail: { fields: ['media.file.thumbs', 'media.clip.thumbs'] },
  video_cover: { fields: ['media.cover'] },
  sticker_set: { fields: ['media.file.sticker', 'media.file.customEmoji', 'media.kind'] },
  photo_as_file: { fields: ['media', 'album'] },
  live_photo: { fields: ['media.clip', 'media.live'], presumed: ['media.clip', 'media.live'] },
  attached_stickers: {
    fields: ['media.photo.hasStickers', 'media.file.hasStickers'],
    presumed: ['media.photo.hasStickers', 'media.file.hasStickers'],
  },
  preview_layout: { fields: ['preview', 'flags.invertMedia'] },
  pinned: { fields: ['flags.pinned'] },
  chat_title: { fields: [] },
  chat_about: { fields: [] },
  chat_photo: { fields: [] },
  topic: { fields: ['topic'] },
  topic_icon: { fields: [] },
  topic_title: { fields: [] },
  topic_closed: { fields: [] },
  topic_pinned: { fields: [] },
  topic_order: { fields: [] },
  topic_hidden: { fields: [] },
  album: { fields: ['album'] },
  checklist_as_text: { fields: TEXT_AND_MEDIA },
  completions: { fields: ['media.done'], presumed: ['media.done'] },
  contact_account: { fields: ['media.user'], presumed: ['media.user'] },
  forward_header: { fields: ['forward'], presumed: ['forward'] },
  live_place: { fields: ['media'], presumed: ['media.kind'], of: 'live_location' },
  poll_audience: {
    fields: ['media.subscribersOnly', 'media.countries'],
    presumed: ['media.subscribersOnly', 'media.countries'],
  },
  // Results are shown when it is closed.
  poll_closed: { fields: ['media.closed', 'media.results'], lackOnly: true },
  poll_media: { fields: ['media.media', '*.media', 'media.results.solutionMedia'] },
  poll_open: { fields: ['media.openAnswers'], presumed: ['media.openAnswers'] },
  poll_public: { fields: ['media.publicVoters'], presumed: ['media.publicVoters'] },
  price: { fields: ['media', 'album'], presumed: ['media.kind'], of: 'paid_media' },
  quiz_answer: { fields: ['media.quiz', 'media.results', 'text', 'entities'] },
  rich_layout: { fields: TEXT_AND_MEDIA },
  rich_media: { fields: ['richMessage', 'media'] },
  rich_part: { fields: ['richMessage', 'text', 'entities'] },
  source_link: { fields: [] },
  split: { fields: ['text', 'entities'] },
  text_apart: { fields: ['text', 'entities'] },
  // An attribution writes where the original was forwarded from.
  changed: {
    fields: ['text', 'entities', 'preview', 'markup', 'forward', 'richMessage.blocks'],
    links: ['media'],
  },
  via_bot: { fields: VIA, presumed: VIA },
  // Who has not voted in an open quiz doesn't see its explanation.
  votes: { fields: ['media.results'], lackOnly: true, presumed: ['media.results'] },
};

/** That a card stands for a message, and everything that this explains. */
export const CARD: Presumed = { loss: 'card', fields: EXCUSES.card.fields };

/** The losses that may be presumed where nobody recorded any. */
const PRESUMED = Object.entries(EXCUSES).flatMap(([loss, { presumed, always }]) =>
  presumed || always ? [loss] : [],
);
/** The ones among them that no run records. */
const UNCOUNTED = PRESUMED.filter((loss) => EXCUSES[loss as Reduction].always);

/** What the send itself may have left out of the text that was sent. */
const AT_SEND: ReadonlySet<string> = new Set<Reduction>(['mention', 'entities', 'custom_emoji', 'reply']);

/** The recorded losses that explain how a copy differs from what was sent. */
export function lostAtSend(recorded: readonly string[]): readonly string[] {
  return recorded.filter((loss) => AT_SEND.has(loss));
}

/** A difference that a loss explains. */
export interface Excused {
  readonly difference: Difference;
  readonly loss: string;
}

/**
 * Divides what was found into differences and reductions. `recorded`: the losses in the ledger; undefined when nobody
 * recorded any: then a detail that the copy lacks, and that Telegram doesn't allow it to have, counts as a reduction.
 * `presumed`: more losses that are to be presumed then.
 */
export function excuse(
  found: readonly Difference[],
  recorded: readonly string[] | undefined,
  presumed: readonly Presumed[] = [],
): { readonly differences: readonly Difference[]; readonly reductions: readonly Excused[] } {
  const differences: Difference[] = [];
  const reductions: Excused[] = [];
  for (const difference of found) {
    const loss = recorded
      ? (recorded.find((each) => explains(each, difference)) ??
        UNCOUNTED.find((each) => mayExplain(each, difference)))
      : (presumed.find(({ fields }) => isAbout(fields, difference))?.loss ??
        PRESUMED.find((each) => mayExplain(each, difference)));
    if (loss === undefined) differences.push(difference);
    else reductions.push({ difference, loss });
  }
  return { differences, reductions };
}

function explains(loss: string, difference: Difference): boolean {
  if (!(loss in EXCUSES)) return false;
  const { fields, lackOnly, links = [] } = EXCUSES[loss as Reduction];
  if (isAbout(links, difference) && differInLinksOnly(difference)) return true;
  return isAbout(fields, difference) && (!lackOnly || isLack(difference));
}

function mayExplain(loss: string, difference: Difference): boolean {
  const { presumed = [], of, always = [] } = EXCUSES[loss as Reduction];
  if (isAbout(always, difference)) return true;
  if (!isAbout(presumed, difference)) return false;
  return of === undefined ? isLack(difference) : difference.source === of;
}

function isAbout(fields: readonly string[], { kind, field = kind }: Difference): boolean {
  return fields.some(
    (begin) =>
      kind === begin ||
      field === begin ||
      field.startsWith(`${begin}.`) ||
      (begin.startsWith('*') && field.endsWith(begin.slice(1))),
  );
}

/** The copy has nothing, or less, where its original has something. */
function isLack({ source, copy }: Difference): boolean {
  if (Array.isArray(source) && Array.isArray(copy)) return copy.length < source.length;
  // A contact whose account nobody knows has the account 0.
  return source !== undefined && (copy === undefined || copy === 0);
}
