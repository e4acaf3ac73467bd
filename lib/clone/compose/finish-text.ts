import { FailedError } from '../../base/errors.js';
import { isOlder, shownId } from '../../base/source-ids.js';
import type { FormattedText } from '../../messages/document/text.js';
import type { Reduction } from '../../messages/losses.js';
import { plainText, trim } from '../../messages/text/edit.js';
import { normalise } from '../../messages/text/normalise.js';
import { split } from '../../messages/text/split.js';
import { isReply } from '../../messages/tl/replies.js';
import { attributed } from '../../messages/transform/attribution.js';
import { buttonLines, withButtonLines } from '../../messages/transform/buttons.js';
import { type FindCopy, messageLinksIn, rewriteMessageLinks } from '../../messages/transform/links.js';
import { replyFallback, withReplyFallback } from '../../messages/transform/reply-fallback.js';
import type { Run } from '../run.js';
import type { Outgoing, Place } from '../send-unit.js';
import { answeredBy } from './answered.js';
import { isOfChat, linkedChat, messageLink } from './chat-links.js';
import { composedOf, withComposed } from './composed.js';
import { type Draft, isTooLong } from './draft.js';

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
  for (const [index, item] of outgoing.entries()) {
    const { draft } = item;
    const isHead = index === 0;
    const isFinal = !draft || (draft.isFallback && (!isHead || place.replyTo !== undefined));
    finished.push(isFinal ? item : await finishText(run, item, draft, { place, isHead }));
  }
  return finished;
}

async function finishText(
  run: Run,
  item: Outgoing,
  draft: Draft,
  { place, isHead }: { readonly place: Place; readonly isHead: boolean },
): Promise<Outgoing> {
  const { document, limit } = draft;
  const { buttons, long } = run.text;
  const lines = buttons === 'text' ? buttonLines(document.markup).lines : plainText('');
  const own = withButtonLines(document, lines);
  let text = await withCopies(run, own);
  const isChanged = draft.isChanged || run.text.attribution !== undefined || text !== own;
  // An album is one post: what is added to it stands once.
  if (isHead) text = withAttribution(run, draft, await withFallback(run, draft, item, place, text));
  text = normalise(trim(text));
  const tooLong = isTooLong(text, limit, long);
  // Where no caption is shown, what was added stands in a message of its own: nothing of the original is too long.
  const most = limit === 0 ? run.limits.textLength : limit;
  if (long === 'fail' && isTooLong(text, most, long)) throw textTooLong(item.message.id, draft, most);
  const parts = tooLong ? split(text, { first: limit, rest: run.limits.textLength }) : [text];
  const losses: Reduction[] = [
    ...item.reductions,
    ...(isChanged ? (['changed'] as const) : []),
    ...(tooLong ? (['split'] as const) : []),
  ];
  return withComposed(run, item, composedOf(run, item, draft, { parts, losses }));
}

/** Links to messages of the source lead to their copies, as far as these are there. */
async function withCopies(run: Run, text: FormattedText): Promise<FormattedText> {
  const { source, target, job, record } = run;
  const chat = linkedChat(target);
  const links = messageLinksIn(text).filter((link) => isOfChat(link, source));
  if (!chat || links.length === 0) return text;
  const ids = [...new Set(links.flatMap(({ message, thread }) => [message, ...(thread ? [thread] : [])]))];
  const rows = await job.find(ids);
  const copyOf = (id: number): number | undefined => {
    const copy = record.targetOf(id) ?? rows.get(id)?.targetId;
    return copy === undefined || isOlder(copy) ? undefined : copy;
  };
  const findCopy: FindCopy = (link) => {
    const message = isOfChat(link, source) ? copyOf(link.message) : undefined;
    if (message === undefined) return undefined;
    const { thread: root } = link;
    const thread = root === undefined ? undefined : (job.topicMap.get(root) ?? copyOf(root));
    return { chat, message, ...(thread !== undefined && { thread }) };
  };
  return rewriteMessageLinks(text, findCopy);
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

function withAttribution(
  { source, client, text: options }: Run,
  { document }: Draft,
  text: FormattedText,
): FormattedText {
  const { attribution } = options;
  if (!attribution) return text;
  const link = messageLink(source, document.id);
  const nameOf = (peer: number): string | undefined => client.users.nameOf(peer);
  return attributed(text, document, { ...attribution, nameOf, ...(link !== undefined && { link }) });
}

export function textTooLong(sourceId: number, { isText }: Pick<Draft, 'isText'>, limit: number): FailedError {
  const [code, what] = isText ? ['TEXT_TOO_LONG', 'text'] : ['CAPTION_TOO_LONG', 'caption'];
  return new FailedError(
    code,
    `The ${what} of message ${shownId(sourceId)} is longer than the ${limit} characters that this account may send.`,
  );
}
