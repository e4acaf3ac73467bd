import { Api } from 'telegram/tl/index.js';
import type { ContinuationRow, MessageRow } from '../../ledger/job.js';
import type { FormattedText } from '../../messages/document/text.js';
import type { Reduction } from '../../messages/losses.js';
import { sendable } from '../../messages/text/sendable.js';
import { type Copyable, previewUrl } from '../../messages/tl/content.js';
import { inputEntities } from '../../messages/tl/entities.js';
import { fingerprintOf, textFingerprint } from '../../messages/tl/fingerprint.js';
import { tlEntities } from '../../messages/tl/input/entities.js';
import { isSameLink, linksIn } from '../../messages/transform/preview.js';
import { continuationRandomId } from '../random-id.js';
import type { Run } from '../run.js';
import type { Outgoing } from '../send-unit.js';
import type { Draft, PreviewLink } from './draft.js';
import { type Noted, notedText } from './noted-text.js';

/** What is sent in place of a message's own text. It is noted before the send, so that a retry sends the same. */
export interface Composed {
  readonly first: FormattedText;
  readonly rest: readonly FormattedText[];
  readonly losses: readonly Reduction[];
  /** No link preview is wanted. */
  readonly noPreview?: true;
  /** Where the link preview leads; absent when Telegram chooses a link, or when there is no preview. */
  readonly previewUrl?: string;
}

export function composedOf(
  { target, limits }: Pick<Run, 'target' | 'limits'>,
  item: Pick<Outgoing, 'noWebpage'>,
  { isText }: Pick<Draft, 'isText'>,
  {
    parts,
    losses,
    preview,
  }: {
    readonly parts: readonly FormattedText[];
    /** Apart from what is lost in the texts. */
    readonly losses: readonly Reduction[];
    readonly preview?: PreviewLink;
  },
): Composed {
  const noPreview = item.noWebpage || (isText && !preview);
  const sent = parts.map(sendable);
  const [first = { text: '', entities: [] }, ...rest] = sent.map(({ text }) => text);
  const custom = [first, ...rest].some(({ entities }) =>
    entities.some(({ kind }) => kind === 'custom_emoji'),
  );
  const isReduced = custom && !limits.premium && !(target.peer instanceof Api.InputPeerSelf);
  const more: Reduction[] = [
    ...(isReduced && !losses.includes('custom_emoji') ? (['custom_emoji'] as const) : []),
    ...(sent.some((part) => part.isReduced) ? (['entities'] as const) : []),
  ];
  return {
    first,
    rest,
    losses: [...losses, ...more],
    ...(noPreview ? { noPreview } : preview?.url !== undefined && { previewUrl: preview.url }),
  };
}

/** The message as it is sent; notes what its copy looks like, and its text, for the ledger. */
export async function withComposed(
  run: Pick<Run, 'client' | 'contents' | 'texts'>,
  { draft: _, preview, ...item }: Outgoing,
  composed: Composed,
): Promise<Outgoing> {
  const { first, rest, losses, noPreview, previewUrl: url } = composed;
  const { entities, lostMentions } = await inputText(run, first);
  const reductions = [...losses, ...Array<Reduction>(lostMentions).fill('mention')];
  // A message that is a link preview alone is found by its link.
  const isAlone = first.text === '' && item.source.kind === 'text' && url !== undefined;
  const seen = fingerprintOf(item.source, isAlone ? url : first.text);
  const { id } = item.message;
  run.contents.set(id, seen);
  run.texts.set(id, {
    text: notedText(first, {
      losses,
      ...(noPreview && { noPreview }),
      ...(url !== undefined && { previewUrl: url }),
    }),
    continuations: rest.map((text, index) => ({
      part: index + 1,
      randomId: continuationRandomId(item.randomId, index + 1),
      text: JSON.stringify(text),
      textHash: textFingerprint(text.text).textHash,
    })),
  });
  return {
    ...item,
    content: seen,
    text: first.text,
    entities,
    reductions,
    noWebpage: item.noWebpage || noPreview === true,
    continuations: rest.length,
    ...previewOf(item.source, preview, composed),
  };
}

/** A text in the form of a request, and how many mentions by id it loses. */
export async function inputText(
  { client }: Pick<Run, 'client'>,
  { entities }: FormattedText,
): ReturnType<typeof inputEntities> {
  return inputEntities(tlEntities(entities), async (userId) => client.users.find(userId));
}

/** What an earlier attempt has noted of a message that may have been sent; undefined when it went as it was. */
export function notedOf(
  { state, afterId, sentText }: MessageRow,
  continuations: readonly ContinuationRow[],
): Composed | undefined {
  if (!sentText || (state !== 'sending' && afterId === undefined)) return undefined;
  const { losses, noPreview, previewUrl: url, rich, ...first } = JSON.parse(sentText) as Noted;
  // Its words are made again from the source's message, and so is the text for older apps.
  if (rich) return undefined;
  const rest = continuations.flatMap(({ text }) =>
    text === undefined ? [] : [JSON.parse(text) as FormattedText],
  );
  return {
    first,
    rest,
    losses,
    ...(noPreview && { noPreview }),
    ...(url !== undefined && { previewUrl: url }),
  };
}

/**
 * The original's link preview, which leads where its link leads now. What was added to the text may hold other links, of
 * which Telegram would show the first: so the original's is named, as long as the text still has it.
 */
function previewOf(
  content: Copyable,
  original: Outgoing['preview'],
  { first, noPreview, previewUrl: followed }: Composed,
): Pick<Outgoing, 'preview'> {
  if (noPreview || content.kind !== 'text') return {};
  const url = followed ?? (content.preview && previewUrl(content.preview));
  if (original) {
    const { optional, forceLargeMedia, forceSmallMedia } = original;
    return {
      preview: new Api.InputMediaWebPage({
        url: url ?? original.url,
        ...(optional && { optional }),
        ...(forceLargeMedia && { forceLargeMedia }),
        ...(forceSmallMedia && { forceSmallMedia }),
      }),
    };
  }
  const isThere = url !== undefined && linksIn(first).some((link) => isSameLink(link, url));
  return isThere ? { preview: new Api.InputMediaWebPage({ url, optional: true }) } : {};
}
