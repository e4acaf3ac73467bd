import stringify from 'fast-json-stable-stringify';
import type { PostDocument } from '../messages/document/document.js';
import { asFindings } from './as-findings.js';
import type { Difference } from './differences.js';
import { excuse } from './excuses.js';
import { compareFiles, type FileOutcome, type FileScene, haveFiles } from './files.js';
import type { Finding } from './findings.js';
import { mediaLook } from './key.js';
import { media } from './rules/media.js';
import { compareText } from './text.js';

/** A message of the target, and what of the source it shows. */
interface Shown {
  /** For an item of paid media: the message with this item as its media. */
  readonly source: PostDocument;
  readonly copy: PostDocument;
  /** The number of the item, from 1. */
  readonly nth?: number;
  /** It is the copy itself, and not a further message of it. */
  readonly isFirst: boolean;
}

/** What came of comparing the content of two files, and in which message of the target. */
export interface PlacedOutcome extends FileOutcome, Shown {}

/**
 * What each message of a copy shows: paid media is an ordinary album in the target, one message for each item. Items that
 * could not be copied are passed over where the others look as in the source.
 */
function shownIn(source: PostDocument, copies: readonly PostDocument[]): readonly Shown[] {
  const [first] = copies;
  if (!first) return [];
  const { media: paid } = source;
  const isAlbum = paid?.kind === 'paid_media' && first.media && first.media.kind !== 'paid_media';
  if (!isAlbum) return [{ source, copy: first, isFirst: true }];
  const items = paid.items.flatMap((item, index) =>
    item.kind === 'media' && item.media ? [{ media: item.media, nth: index + 1 }] : [],
  );
  const shown: Shown[] = [];
  for (const [index, copy] of copies.entries()) {
    const spare = items.length - (copies.length - index);
    const look = stringify(mediaLook(copy.media));
    const at = items.slice(0, spare + 1).findIndex((item) => stringify(mediaLook(item.media)) === look);
    const [item] = items.splice(0, Math.max(0, at) + 1).slice(-1);
    if (item)
      shown.push({ source: { ...source, media: item.media }, copy, nth: item.nth, isFirst: index === 0 });
  }
  return shown;
}

/** Whether a message and its copy have files that can be compared. `copies`: all messages that the copy consists of. */
export function haveFilesToCompare(source: PostDocument, copies: readonly PostDocument[]): boolean {
  return shownIn(source, copies).some((each) => haveFiles(each.source, each.copy));
}

/** Compares the files of a message and of all messages that its copy consists of. */
export async function compareAllFiles(
  scene: FileScene,
  source: PostDocument,
  copies: readonly PostDocument[],
  signal: AbortSignal,
): Promise<readonly PlacedOutcome[]> {
  const outcomes: PlacedOutcome[] = [];
  for (const shown of shownIn(source, copies)) {
    for (const outcome of await compareFiles(scene, shown.source, shown.copy, signal)) {
      outcomes.push({ ...outcome, ...shown });
    }
  }
  return outcomes;
}

/** How a difference of an item is called, and what stands against repairing it. */
export function ofItem({ source, copy, nth, isFirst }: Shown, found: readonly Difference[]): Finding[] {
  const findings = isFirst
    ? asFindings({ source, copy }, found)
    : found.map((each): Finding => ({ ...each, obstacle: 'album_item' }));
  if (nth === undefined) return findings;
  return findings.map(({ field = 'media', ...each }) => ({
    ...each,
    field: `media.items.${nth}${field.replace(/^media/, '').replace(/^(?=[^.])/, '.')}`,
  }));
}

/** Compares the items of paid media with their messages; nothing for any other message. */
export function compareItems(
  source: PostDocument,
  copies: readonly PostDocument[],
  losses: readonly string[] | undefined,
): readonly { readonly targetId: number; readonly finding: Finding }[] {
  const [first] = copies;
  // What explains that an album stands for the message says nothing about its items.
  const recorded = losses?.filter((loss) => loss !== 'price' && loss !== 'album');
  return shownIn(source, copies).flatMap((shown) => {
    const { source: item, copy, nth, isFirst } = shown;
    if (nth === undefined) return [];
    const found: Difference[] = [];
    media.compare(item.media, copy.media, { path: 'media', found });
    if (!isFirst) {
      found.push(...compareText({ text: '', entities: [] }, copy));
      if (copy.album !== first?.album) found.push({ kind: 'album', field: 'album' });
    }
    const { differences } = excuse(found, recorded);
    return ofItem(shown, differences).map((finding) => ({ targetId: copy.id, finding }));
  });
}
