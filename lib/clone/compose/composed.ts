import { Api } from 'telegram/tl/index.js';
import type { ContinuationRow, MessageRow } from '../../ledger/job.js';
import type { FormattedText } from '../../messages/document/text.js';
import type { Reduction } from '../../messages/losses.js';
import { type Copyable, previewUrl } from '../../messages/tl/content.js';
import { inputEntities } from '../../messages/tl/entities.js';
import { fingerprintOf, textFingerprint } from '../../messages/tl/fingerprint.js';
import { tlEntities } from '../../messages/tl/input/entities.js';
import { continuationRandomId } from '../random-id.js';
import type { Run } from '../run.js';
import type { Outgoing } from '../send-unit.js';
import type { Draft } from './draft.js';

/** What is sent in place of a message's own text. It is noted before the send, so that a retry sends the same. */
export interface Composed {
  readonly first: FormattedText;
  readonly rest: readonly FormattedText[];
  readonly losses: readonly Reduction[];
  /** No link preview is wanted. */
  readonly noPreview?: true;
}

export function composedOf(
  { target, limits }: Pick<Run, 'target' | 'limits'>,
  item: Pick<Outgoing, 'noWebpage'>,
  { document, isText }: Draft,
  {
    parts: [first = { text: '', entities: [] }, ...rest],
    losses,
  }: {
    readonly parts: readonly FormattedText[];
    readonly losses: readonly Reduction[];
  },
): Composed {
  const noPreview = item.noWebpage || (isText && document.media?.kind !== 'web_page');
  const custom = [first, ...rest].some(({ entities }) =>
    entities.some(({ kind }) => kind === 'custom_emoji'),
  );
  const isReduced = custom && !limits.premium && !(target.peer instanceof Api.InputPeerSelf);
  const others = losses.filter((each) => each !== 'custom_emoji' && each !== 'mention');
  return {
    first,
    rest,
    losses: isReduced ? [...others, 'custom_emoji'] : others,
    ...(noPreview && { noPreview }),
  };
}

/** The message as it is sent; notes what its copy looks like, and its text, for the ledger. */
export async function withComposed(
  run: Pick<Run, 'client' | 'contents' | 'texts' | 'identity'>,
  { draft: _, preview, ...item }: Outgoing,
  { first, rest, losses, noPreview }: Composed,
): Promise<Outgoing> {
  const { entities, lostMentions } = await inputText(run, first);
  const reductions = [...losses, ...Array<Reduction>(lostMentions).fill('mention')];
  const seen = fingerprintOf(item.source, first.text);
  const { id } = item.message;
  run.contents.set(id, seen);
  run.texts.set(id, {
    text: JSON.stringify({ ...first, losses, ...(noPreview && { noPreview }) } satisfies Noted),
    continuations: rest.map((text, index) => ({
      part: index + 1,
      randomId: continuationRandomId(run.identity, id, index + 1),
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
    ...previewOf(item.source, first, preview, noPreview === true),
  };
}

/** A text in the form of a request, and how many mentions by id it loses. */
export async function inputText(
  { client }: Pick<Run, 'client'>,
  { entities }: FormattedText,
): ReturnType<typeof inputEntities> {
  return inputEntities(tlEntities(entities), async (userId) => client.users.find(userId));
}

interface Noted extends FormattedText {
  readonly losses: readonly Reduction[];
  readonly noPreview?: true;
}

/** What an earlier attempt has noted of a message that may have been sent; undefined when it went as it was. */
export function notedOf(
  { state, afterId, sentText }: MessageRow,
  continuations: readonly ContinuationRow[],
): Composed | undefined {
  if (sentText === undefined || (state !== 'sending' && afterId === undefined)) return undefined;
  const { losses, noPreview, ...first } = JSON.parse(sentText) as Noted;
  const rest = continuations.flatMap(({ text }) =>
    text === undefined ? [] : [JSON.parse(text) as FormattedText],
  );
  return { first, rest, losses, ...(noPreview && { noPreview }) };
}

/**
 * The original's link preview. What was added to the text may hold other links, of which Telegram would show the first:
 * so the original's is named, as long as the text still has it.
 */
function previewOf(
  content: Copyable,
  { text, entities }: FormattedText,
  preview: Outgoing['preview'],
  noPreview: boolean,
): Pick<Outgoing, 'preview'> {
  if (noPreview || content.kind !== 'text') return {};
  if (preview) return { preview };
  const url = content.preview && previewUrl(content.preview);
  const isThere =
    url !== undefined &&
    (text.includes(url) || entities.some((entity) => entity.kind === 'text_link' && entity.url === url));
  return isThere ? { preview: new Api.InputMediaWebPage({ url, optional: true }) } : {};
}
