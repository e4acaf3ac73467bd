import { Api } from 'telegram/tl/index.js';
import { FailedError } from '../../base/errors.js';
import { shownId } from '../../base/source-ids.js';
import { canonicalJson } from '../../messages/document/canonical.js';
import type { PostDocument } from '../../messages/document/document.js';
import type { FormattedText } from '../../messages/document/text.js';
import { isBlank } from '../../messages/text/edit.js';
import { fits } from '../../messages/text/split.js';
import { type Copyable, previewUrl } from '../../messages/tl/content.js';
import { documentOf } from '../../messages/tl/document/document.js';
import { answeredId, isReply } from '../../messages/tl/replies.js';
import { buttonLines } from '../../messages/transform/buttons.js';
import { messageLinksIn } from '../../messages/transform/links.js';
import { followedPreview, withPreview } from '../../messages/transform/preview.js';
import type { Run } from '../run.js';
import { isLinkTo, isOfChat } from './chat-links.js';
import { noteOf, withNote } from './note.js';
import { surroundingsOf } from './surroundings.js';
import type { TextOptions } from './text-options.js';

/** A message whose text isn't sent as it is: its document, as the transforms have left it. */
export interface Draft {
  readonly document: PostDocument;
  /** Whether the message as a whole is its text: it has no media of its own. */
  readonly isText: boolean;
  /** The transforms have changed it. */
  readonly isChanged?: boolean;
  /** Its text goes as it is unless what it answers turns out to have no copy. */
  readonly isFallback?: true;
  /** How many characters its first message may hold. */
  readonly limit: number;
  /** The link preview of a text after the transforms. Absent: it has none, or its link is gone. */
  readonly preview?: PreviewLink;
}

/** Where a link preview leads; without a link, Telegram chooses one in the text. */
export interface PreviewLink {
  readonly url?: string;
}

/** What is created again: a message that is forwarded goes as it is. */
type Recreated = Exclude<Copyable, { readonly kind: 'forward' }>;

export type DraftRun = Pick<
  Run,
  'source' | 'limits' | 'text' | 'client' | 'signal' | 'job' | 'record' | 'selection'
>;

/**
 * The draft of a message, after the transforms; undefined when its text goes as it is. Posts nothing, so it may run
 * ahead. A card takes part with its own words; a service message's card never does, since it isn't a post.
 * @throws FailedError LEFT_OUT when a program leaves it out, TEXT_EMPTIED when nothing of it is left.
 */
export async function draftOf(run: DraftRun, content: Recreated): Promise<Draft | undefined> {
  const { source, text: options } = run;
  const { message } = content;
  const read = readPost(run, message);
  // The words of a rich message stand in its blocks.
  if (!read || content.kind === 'rich') return undefined;
  const note = noteOf(content);
  const noted = note === undefined ? read : { ...read, ...withNote(read, note) };
  const original =
    content.kind === 'written' ? withCard(read, content.text) : { ...noted, ...content.caption };
  const isText = content.kind === 'text' || content.kind === 'written';
  const limit = limitOf(run, content, !isBlank(original));
  const draft = { isText, limit };
  const link = linkOf(content);
  if (options.transform || options.pipe) {
    const { document, preview } = await transformed(run, original, link);
    const hasButtons = options.buttons === 'text' && buttonLines(document.markup).text !== '';
    const hasText = !isBlank(document) || !isText || hasButtons;
    if (!hasText && !isPreviewAlone(document, original)) throw emptied(message.id);
    const isChanged = canonicalJson(document) !== canonicalJson(original);
    return { ...draft, ...(preview && { preview }), document, isChanged };
  }
  const needsMore =
    options.attribution !== undefined ||
    isTooLong(original, limit, options.long) ||
    (options.buttons === 'text' && buttonLines(original.markup).text !== '') ||
    messageLinksIn(original).some((each) => isOfChat(each, source)) ||
    (link?.url !== undefined && isLinkTo(source, link.url));
  const whole = { ...draft, ...(link && { preview: link }), document: original };
  if (needsMore) return whole;
  const isFallback = options.replyFallback !== 'none' && (await mayLackReply(run, message));
  return isFallback ? { ...whole, isFallback } : undefined;
}

/** The document of a message that somebody posted; undefined for one of Telegram's own notes. */
export function readPost(
  { source, selection }: Pick<Run, 'source' | 'selection'>,
  message: Copyable['message'],
): PostDocument | undefined {
  const read = documentOf(message, {
    chat: source.id,
    isForum: source.kind === 'forum',
    ...(selection && { self: selection.account }),
  });
  return read.kind === 'message' ? read : undefined;
}

/**
 * Clients don't agree whether Telegram counts UTF-16 units (Telegram Desktop) or code points (TDLib). A text is split as
 * soon as it may be too long, but made to fail only if it is too long in any case: nothing has more code points than units.
 */
export function isTooLong(text: FormattedText, limit: number, long: TextOptions['long']): boolean {
  return long === 'split' ? text.text.length > limit : !fits(text, limit);
}

/**
 * How many characters the text that goes with this content may have. Some media are shown without a caption; the
 * original's own is sent as it was.
 */
function limitOf({ limits }: Pick<Run, 'limits'>, content: Recreated, hasOwnText: boolean): number {
  switch (content.kind) {
    case 'text':
    case 'written':
      return limits.textLength;
    case 'planned':
    case 'rich':
      return hasOwnText ? limits.captionLength : 0;
    case 'photo':
      return limits.captionLength;
    case 'document':
      return hasOwnText || takesCaption(content.document) ? limits.captionLength : 0;
  }
}

/** Stickers and round videos are shown without a caption. */
function takesCaption({ attributes }: Api.Document): boolean {
  return !attributes.some(
    (attribute) =>
      attribute instanceof Api.DocumentAttributeSticker ||
      (attribute instanceof Api.DocumentAttributeVideo && attribute.roundMessage === true),
  );
}

interface Transformed {
  readonly document: PostDocument;
  readonly preview: PreviewLink | undefined;
}

async function transformed(
  { source, client, text: { transform, pipe }, signal }: DraftRun,
  original: PostDocument,
  shown: PreviewLink | undefined,
): Promise<Transformed> {
  const around = surroundingsOf({ source, client }, original.id);
  const change = (document: PostDocument): PostDocument => transform?.(document, around) ?? document;
  const { text: changed, url }: ReturnType<typeof withPreview<PostDocument>> =
    shown?.url === undefined ? { text: change(original) } : withPreview(original, shown.url, change);
  if (!pipe) return { document: changed, preview: stillShown(changed, shown, url) };
  const answered = await pipe.ask(changed, signal);
  if (answered) {
    const followed = url === undefined ? undefined : followedPreview(url, changed, answered);
    return { document: answered, preview: stillShown(answered, shown, followed) };
  }
  throw new FailedError('LEFT_OUT', `The program of --pipe left message ${shownId(original.id)} out.`);
}

/** The link preview of a text as it is in the source. */
function linkOf(content: Recreated): PreviewLink | undefined {
  if (content.kind !== 'text' || !content.preview) return undefined;
  const url = previewUrl(content.preview);
  return url === undefined ? {} : { url };
}

/** The preview of a text that was changed; `url`: where its link leads now, if there is such a link. */
function stillShown(
  { media }: PostDocument,
  link: PreviewLink | undefined,
  url: string | undefined,
): PreviewLink | undefined {
  if (!link || media?.kind !== 'web_page') return undefined;
  if (link.url === undefined) return link;
  return url === undefined ? undefined : { url };
}

function isPreviewAlone(document: PostDocument, original: PostDocument): boolean {
  return isBlank(original) && document.media?.kind === 'web_page';
}

export function emptied(sourceId: number): FailedError {
  return new FailedError(
    'TEXT_EMPTIED',
    `Nothing is left of message ${shownId(sourceId)} after its transforms.`,
  );
}

function withCard(
  { media: _, ...document }: PostDocument,
  { text, entities }: Pick<PostDocument, 'text' | 'entities'>,
): PostDocument {
  return { ...document, text, entities };
}

/** Whether a message answers one whose copy isn't known yet: it may turn out to have none. */
async function mayLackReply(
  { source, job, record }: DraftRun,
  message: Copyable['message'],
): Promise<boolean> {
  if (!isReply(message.replyTo)) return false;
  const answered = answeredId(message, source.id);
  if (answered === undefined) return true;
  return (record.targetOf(answered) ?? (await job.find([answered])).get(answered)?.targetId) === undefined;
}
