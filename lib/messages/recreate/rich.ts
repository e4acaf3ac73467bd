import type { PostDocument } from '../document/document.js';
import { isStored, type StoredFile } from '../document/file.js';
import type { Block, RichPage } from '../document/rich-page.js';
import type { RichButton, RichText } from '../document/rich-text.js';
import type { Reduction } from '../losses.js';
import { isBlank, trim } from '../text/edit.js';
import { normalise } from '../text/normalise.js';
import { cardOr } from './card.js';
import { lostEmoji } from './emoji.js';
import { flatten } from './flatten.js';
import type { Means } from './means.js';
import type { Plan, Spot } from './plan.js';

/**
 * A message with headings, tables and the like is created again where this account may send one; elsewhere its words
 * are sent as an ordinary text.
 */
export function planRich(page: RichPage, post: PostDocument, means: Means): Plan {
  const losses = lossesOf(page, means);
  if (means.rich && !means.refused && saysSomething(page))
    return { kind: 'rich', spots: spotsOf(page), losses };
  const text = normalise(trim(flatten(page)));
  const together = albumOf(page);
  const lost = losses.filter((loss) => loss !== 'rich_layout' && loss !== 'rich_media');
  const isLess = together.length < page.photos.length + page.files.length;
  const reduced: Reduction[] = ['rich_layout', ...(isLess ? (['rich_media'] as const) : []), ...lost];
  const [first, ...more] = together;
  if (first !== undefined) return { kind: 'items', first, more, caption: text, losses: reduced };
  if (isBlank(text)) return cardOr(means, 'rich_message', 'message with a layout of its own', post);
  return { kind: 'written', text, losses: reduced };
}

/** The most items of an album. */
const LARGEST_ALBUM = 10;

/** The photos and videos that one album can hold; without any, the music, or the other files. */
function albumOf(page: RichPage): Spot[] {
  const spots = spotsOf(page);
  const kindAt = (spot: Spot): 'seen' | 'heard' | 'file' | 'apart' => {
    const file = spot.startsWith('file-') ? page.files[Number(spot.slice('file-'.length))] : undefined;
    if (!isStored<StoredFile>(file)) return 'seen';
    if (file.animated || file.sticker || file.customEmoji || file.audio?.voice || file.video?.round)
      return 'apart';
    if (file.video) return 'seen';
    return file.audio ? 'heard' : 'file';
  };
  for (const kind of ['seen', 'heard', 'file'] as const) {
    const alike = spots.filter((spot) => kindAt(spot) === kind);
    if (alike.length > 0) return alike.slice(0, LARGEST_ALBUM);
  }
  return spots.slice(0, 1);
}

/** Whether anything of it can be sent. */
function saysSomething(page: RichPage): boolean {
  const isDrawn = page.blocks.some(({ kind }) => kind === 'divider' || kind === 'map');
  return isDrawn || spotsOf(page).length > 0 || !isBlank(flatten(page));
}

/** Blocks that no message may have; its words, if it has any, become a paragraph (td_api, InputPageBlock). */
export const ARTICLE_BLOCKS = [
  'title',
  'subtitle',
  'author_date',
  'header',
  'subheader',
  'kicker',
  'cover',
  'embed',
  'embedded_post',
  'channel',
  'related',
] as const satisfies readonly Block['kind'][];

/** Whether accounts of people may send it (td_api: inlineButton of a rich message). */
export function isSendable({ action }: Pick<RichButton, 'action'>): boolean {
  return action.kind === 'url' || action.kind === 'copy' || action.kind === 'user';
}

/** The photos and files that the blocks name and that Telegram still has. */
function spotsOf({ photos, files }: RichPage): Spot[] {
  return [
    ...photos.flatMap((photo, index): Spot[] => (isStored(photo) ? [`photo-${index}`] : [])),
    ...files.flatMap((file, index): Spot[] =>
      isStored(file) && file.reference.size > 0 ? [`file-${index}`] : [],
    ),
  ];
}

function lossesOf(page: RichPage, means: Means): Reduction[] {
  const { photos, files, partial } = page;
  const parts = [...partsOf(page.blocks)];
  const isGone = photos.length + files.length > spotsOf(page).length;
  return [
    ...(parts.some(isLaidOut) ? (['rich_layout'] as const) : []),
    ...(parts.some((part) => part.kind === 'diff') ? (['entities'] as const) : []),
    ...(parts.some(({ action }) => action && !isSendable({ action })) ? (['buttons'] as const) : []),
    ...(isGone ? (['rich_media'] as const) : []),
    ...(partial ? (['rich_part'] as const) : []),
    ...lostEmoji([flatten(page)], means),
  ];
}

function isLaidOut({ kind }: Part): boolean {
  return kind === 'unknown' || kind === 'image' || ARTICLE_BLOCKS.some((name) => name === kind);
}

/** Anything that a page consists of: a block, a text, a button. */
interface Part {
  readonly kind?: Block['kind'] | RichText['kind'];
  readonly action?: RichButton['action'];
}

function* partsOf(value: unknown): Generator<Part> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value;
  for (const each of Object.values(value)) yield* partsOf(each);
}
