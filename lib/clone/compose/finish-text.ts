import { FailedError } from '../../base/errors.js';
import { shownId } from '../../base/source-ids.js';
import type { FormattedText } from '../../messages/document/text.js';
import type { Reduction } from '../../messages/losses.js';
import { plainText, trim } from '../../messages/text/edit.js';
import { normalise } from '../../messages/text/normalise.js';
import { split } from '../../messages/text/split.js';
import { isReply } from '../../messages/tl/replies.js';
import { attributed, attributedOrigin, originName } from '../../messages/transform/attribution.js';
import { buttonLines, withButtonLines } from '../../messages/transform/buttons.js';
import { messageLinksIn, rewriteMessageLink, rewriteMessageLinks } from '../../messages/transform/links.js';
import { replyFallback, withReplyFallback } from '../../messages/transform/reply-fallback.js';
import type { Run } from '../run.js';
import type { Outgoing, Place } from '../send-unit.js';
import { answeredBy } from './answered.js';
import { composedOf, withComposed } from './composed.js';
import { findCopies, linksBehind } from './copies-linked.js';
import { type Draft, isTooLong, type PreviewLink } from './draft.js';
import { finishContent, withoutHeader } from './finish-content.js';
import { withNotedRich } from './noted-rich.js';
import { surroundingsOf } from './surroundings.js';

/**
 * The messages of one call with the texts that are sent: the ones with drafts get their links to copies, the lines of
 * their buttons, what stands in for a lost reply, and their attribution, and are split. Everything before them in the
 * target is known by now.
 */
export async function finishTexts(
  run: Run,
  outgoing: readonly Outgoing[],
  place: Place,
): Promise<Outgoing[]> {
  const finished: Outgoing[] = [];
  const origin = originSaid(run, outgoing[0]?.draft);
  for (const [index, each] of outgoing.entries()) {
    const item = withNotedRich(run, await finishContent(run, each));
    const { draft } = item;
    const isHead = index === 0;
    const isFinal = !draft || (draft.isFallback && (!isHead || place.replyTo !== undefined));
    finished.push(isFinal ? item : await finishText(run, item, draft, { place, isHead, origin }));
  }
  return finished;
}

async function finishText(
  run: Run,
  item: Outgoing,
  draft: Draft,
  {
    place,
    isHead,
    origin,
  }: { readonly place: Place; readonly isHead: boolean; readonly origin: string | undefined },
): Promise<Outgoing> {
  const { document, limit } = draft;
  const { buttons, long } = run.text;
  const lines = buttons === 'text' ? buttonLines(document.markup) : plainText('');
  const own = withButtonLines(document, lines);
  const linked = await withCopies(run, own, draft.preview);
  let { text } = linked;
  const isChanged = draft.isChanged || run.text.attribution !== undefined || text !== own;
  // An album is one post: what is added to it stands once.
  if (isHead) text = withAttribution(run, draft, await withFallback(run, draft, item, place, text));
  text = normalise(trim(text));
  // What is added to media that take no caption stands in a message of its own.
  const isApart = limit === 0 && text.text !== '';
  const most = isApart ? run.limits.textLength : limit;
  const tooLong = isTooLong(text, most, long);
  if (tooLong && long === 'fail')
    throw textTooLong(item.message.id, { isText: draft.isText || isApart }, most);
  const whole = isApart ? [plainText(''), text] : [text];
  const parts = tooLong ? split(text, { first: limit, rest: run.limits.textLength }) : whole;
  // An album's attribution says for all items what it says for the first one.
  const { nameOf } = surroundingsOf(run, document.id);
  const isOrigin = origin !== undefined && originName(document, nameOf) === origin;
  const { apartFromText } = isOrigin ? withoutHeader(item) : item;
  const losses: Reduction[] = [
    ...apartFromText,
    ...(isChanged && !apartFromText.includes('changed') ? (['changed'] as const) : []),
    ...(isApart ? (['text_apart'] as const) : []),
    ...(tooLong ? (['split'] as const) : []),
    ...(linked.isLeft && !apartFromText.includes('source_link') ? (['source_link'] as const) : []),
  ];
  const { preview } = linked;
  return withComposed(
    run,
    item,
    composedOf(run, item, draft, { parts, losses, ...(preview && { preview }) }),
  );
}

interface Linked {
  readonly text: FormattedText;
  readonly preview?: PreviewLink;
  /** A link still leads to the source. */
  readonly isLeft: boolean;
}

/** Links to messages of the source lead to their copies, as far as these are there; so does the link preview. */
async function withCopies(run: Run, text: FormattedText, preview: PreviewLink | undefined): Promise<Linked> {
  const shown = preview?.url === undefined ? [] : linksBehind(preview.url);
  const { links, findCopy, isLeft } = await findCopies(run, [...messageLinksIn(text), ...shown]);
  const url = preview?.url && rewriteMessageLink(preview.url, findCopy);
  return {
    text: links.length === 0 ? text : rewriteMessageLinks(text, findCopy),
    ...(preview && { preview: url === undefined ? preview : { url } }),
    isLeft,
  };
}

async function withFallback(
  run: Run,
  { document }: Draft,
  { message }: Outgoing,
  { replyTo }: Place,
  text: FormattedText,
): Promise<FormattedText> {
  const { replyFallback: way } = run.text;
  if (way === 'none' || replyTo || !isReply(message.replyTo) || !document.reply) return text;
  const fallback = replyFallback(await answeredBy(run, document.reply, message), way);
  return fallback ? withReplyFallback(text, fallback) : text;
}

function withAttribution(run: Run, { document }: Draft, text: FormattedText): FormattedText {
  const { attribution } = run.text;
  if (!attribution) return text;
  return attributed(text, document, { ...attribution, ...surroundingsOf(run, document.id) });
}

/** From where a post was forwarded, if its attribution is going to say so. */
function originSaid(run: Run, draft: Draft | undefined): string | undefined {
  const { attribution } = run.text;
  if (!draft || !attribution) return undefined;
  const { document } = draft;
  return attributedOrigin(document, { ...attribution, ...surroundingsOf(run, document.id) });
}

export function textTooLong(sourceId: number, { isText }: Pick<Draft, 'isText'>, limit: number): FailedError {
  const [code, what] = isText ? ['TEXT_TOO_LONG', 'text'] : ['CAPTION_TOO_LONG', 'caption'];
  return new FailedError(
    code,
    `The ${what} of message ${shownId(sourceId)} is longer than the ${limit} characters that this account may send: --long split continues it in further messages.`,
  );
}
