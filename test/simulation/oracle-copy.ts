import { deepEqual, equal } from 'node:assert/strict';
import type { Message, Reply } from '../../lib/sandbox/world/message.js';
import type { TlData } from '../../lib/sandbox/world/tl-data.js';
import { comparable, type Expected, expectedOf, isForwardable, joined } from './expected.js';
import type { JobView } from './job-view.js';
import { limitsOf } from './oracle-left-out.js';
import { assertLosses, lostAround } from './oracle-losses.js';
import { buttonLines, faultOfText, type LostReply, type TextRules } from './oracle-text.js';
import type { MessageRecord } from './records.js';

/** Throws unless a message's copy is what it should be, and the ledger says what it lacks. */
export function assertCopy(view: JobView, message: Message, row: MessageRecord): void {
  const { id } = message;
  const copyId = view.record.copies.get(id);
  const copy = view.copyOf(copyId);
  if (!copy) throw new Error(`The copy ${copyId} of message ${id} is gone.`);
  const what = `Source message ${id} became target message ${copyId}`;
  assertPlace(view, message, copy);
  const mustForward = view.around.ways.via === 'forward' && isForwardable(message, view.around);
  equal(row.way === 'forward', mustForward, `${what} by ${row.way}.`);
  equal(copy.forward !== undefined, mustForward, `${what}, with or without a header of a forward.`);
  const judge = mustForward ? assertForward : judgeOf(message);
  judge(view, message, copy, what);
}

function judgeOf({ action, rich }: Message): typeof assertRecreated {
  if (action) return assertNote;
  return rich ? assertWords : assertRecreated;
}

/** The message as this account can create it again. */
function assertRecreated(view: JobView, message: Message, copy: Message, what: string): void {
  const { id } = message;
  const expected = expectedOf(message, view.lookOf(message), view.around);
  const lostReply = assertReply(view, message, copy, what);
  const parts = [copy, ...continuationsOf(view, id)];
  const fault = faultOfText(withCard(expected, copy, what), parts, rulesOf(view, message, copy, lostReply));
  if (fault !== undefined) throw new Error(`${what}: ${fault}`);
  assertParts(view, copy, parts);
  assertManner(view, message, copy, what);
  assertLinks(view, copy, what);
  assertMedia(view, expected, copy, what);
  assertItems(view, id, expected, copy);
  const isApart = copy.text === '' && copy.media !== undefined && message.text === '';
  const continued = parts.length > 1 ? [isApart ? 'text_apart' : 'split'] : [];
  const isPrivate = view.around.target === 'saved';
  const effect = isPrivate ? message.fields?.['effect'] : undefined;
  equal(copy.fields?.['effect'], effect, `${what}, with another effect.`);
  const around = lostAround(message, isPrivate);
  const lost = [...expected.losses, ...around, ...(lostReply ? ['reply'] : []), ...continued];
  const row = view.record.messages.get(id);
  if (row) assertLosses(message, row, lost, view.around);
}

/** In its own topic, or in the one that takes everything. */
function assertPlace(
  { scene: { target }, job: { targetTopic, autoCreateTopics }, record }: JobView,
  { id, topicId }: Message,
  copy: Message,
): void {
  const own = (): number =>
    autoCreateTopics && topicId !== undefined ? (record.topics.get(topicId) ?? 1) : 1;
  const wanted = targetTopic ?? (target.forum ? own() : undefined);
  equal(copy.topicId, wanted, `The copy of message ${id} is in the wrong topic.`);
}

/** A forward is the message as it is, but answers nothing, and keeps only buttons that open a link. */
function assertForward({ lookOf, around }: JobView, message: Message, copy: Message, what: string): void {
  const [one, other] = [lookOf(message), lookOf(copy)];
  const [got, due] = [
    { text: copy.text, entities: styled(copy), media: comparable(other.media), rich: copy.rich },
    { text: message.text, entities: styled(message), media: comparable(one.media), rich: message.rich },
  ];
  deepEqual(got, due, what);
  equal(copy.silent, message.silent, `${what}, with or without a sound.`);
  equal(copy.invertMedia, message.invertMedia, `${what}, with its text elsewhere.`);
  equal(answeredBy(copy), undefined, `${what}, which answers something.`);
  equal(around.ways.via, 'forward');
  const lines = [message, copy].map((each) => buttonLines(each).text);
  equal(lines[1], lines[0], `${what}, with other buttons.`);
}

/** Commands are Telegram's to find: there are none between two people. */
function styled({ entities }: Message): Message['entities'] {
  return entities.filter(({ kind }) => kind !== 'botCommand');
}

/** A card for one of Telegram's own notes. */
function assertNote({ around }: JobView, { silent }: Message, copy: Message, what: string): void {
  if (around.ways.service !== 'card') throw new Error(`${what}, though nobody asked for service messages.`);
  if (!/^\[[^\n]+\]$/.test(copy.text)) throw new Error(`${what}, which says ${JSON.stringify(copy.text)}.`);
  equal(copy.media, undefined, `${what}, with media.`);
  equal(copy.silent, silent, `${what}, with or without a sound.`);
}

/** Rich messages may become texts, as long as no word of them is lost. */
function assertWords(view: JobView, message: Message, copy: Message, what: string): void {
  if (copy.rich) return;
  const parts = [copy, ...continuationsOf(view, message.id)];
  const got = parts.map(({ text }) => text).join('\n');
  let at = 0;
  for (const words of wordsIn(message.rich?.blocks ?? [])) {
    const found = got.indexOf(words, at);
    if (found < 0) throw new Error(`${what} without its words ${JSON.stringify(words)}.`);
    at = found;
  }
}

function wordsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(wordsIn);
  if (typeof value !== 'object' || value === null) return [];
  const { _: name, text } = value as TlData;
  if (name === 'TextPlain') return String(text).trim() === '' ? [] : [String(text).trim()];
  // What stood there before an edit is not part of it.
  const { oldText: _, ...shown } = value as TlData;
  return Object.values(shown).flatMap(wordsIn);
}

/** Throws unless the copy answers the right message. Returns what is lost when it answers none. */
function assertReply(view: JobView, message: Message, copy: Message, what: string): LostReply | undefined {
  const { record, job, originals, nameOf } = view;
  const answered = answeredBy(message);
  const got = answeredBy(copy)?.toId;
  if (!answered) {
    equal(got, undefined, `${what}, which answers something.`);
    return undefined;
  }
  const isOwn = answered.elsewhere === undefined || answered.elsewhere.peer === job.source.id;
  const answeredCopy = isOwn ? record.copies.get(answered.toId) : undefined;
  if (answeredCopy !== undefined && answeredCopy < copy.id) {
    equal(got, answeredCopy, `${what}, which answers the wrong message.`);
    const quote = answeredBy(copy)?.quote;
    if (quote) equal(quote.text, answered.quote?.text, `${what}, with another quote.`);
    else if (answered.quote) assertQuoteGone(view, answered, answeredCopy, what);
    return undefined;
  }
  const { elsewhere } = answered;
  // A message of another chat may be answered by its copy, too.
  if (elsewhere && !isOwn && answeredBy(copy)?.elsewhere) {
    deepEqual(answeredBy(copy)?.elsewhere, elsewhere, `${what}, which answers another chat's other message.`);
    return undefined;
  }
  equal(got, undefined, `${what}, which answers something else.`);
  const original = isOwn ? originals.find(({ id }) => id === answered.toId) : undefined;
  if (!original || original.rich || original.action) return { quoted: undefined, author: undefined };
  const isHidden =
    original.media !== undefined && 'ttl' in original.media && original.media.ttl !== undefined;
  return {
    quoted: isHidden ? '' : (answered.quote?.text ?? original.text),
    author: nameOf(original.from),
  };
}

/** A quote may be left out only when the answered copy has no such words. */
function assertQuoteGone({ copyOf }: JobView, { quote }: Reply, answeredCopy: number, what: string): void {
  const { text = '' } = copyOf(answeredCopy) ?? {};
  if (quote && text.includes(quote.text)) throw new Error(`${what}, without its quote.`);
}

/** What a person sees as a reply. In a topic every message names the topic's root. */
function answeredBy({ reply }: Message): Reply | undefined {
  if (!reply) return undefined;
  const isRoot = reply.forumTopic && reply.topId === undefined && !reply.elsewhere;
  return isRoot ? undefined : reply;
}

function rulesOf(
  view: JobView,
  message: Message,
  copy: Message,
  lostReply: LostReply | undefined,
): TextRules {
  const { around, originals, record, copyOf, linkedBy, nameOf } = view;
  const isEarlier = (each: Message): boolean =>
    each.groupedId === message.groupedId &&
    each.id < message.id &&
    copyOf(record.copies.get(each.id))?.media !== undefined;
  const signature = message.fields?.['postAuthor'];
  return {
    ways: around.ways,
    message,
    author: signature === undefined ? nameOf(message.from) : String(signature),
    isHead: message.groupedId === undefined || !copy.media || !originals.some(isEarlier),
    lostReply,
    linkName(url) {
      const linked = linkedBy(url);
      return linked ? `message ${linked.original}` : url;
    },
  };
}

/** The words of the card are the clone's own: what counts is what they say. */
function withCard({ card, text }: Expected, copy: Message, what: string): Expected['text'] {
  if (!card) return text;
  const [words = ''] = /\[[^\]]*\]/.exec(copy.text) ?? [];
  if (words === '' || !card.facts.every((fact) => words.includes(fact))) {
    throw new Error(`${what}, a card that says ${JSON.stringify(copy.text)}.`);
  }
  return joined(words, text);
}

function continuationsOf({ record, copyOf }: JobView, id: number): Message[] {
  return (record.continuations.get(id) ?? []).map((target) => {
    const part = copyOf(target);
    if (!part) throw new Error(`Message ${target}, which continues the copy of ${id}, is gone.`);
    return part;
  });
}

/** Each part is as long as the account may send at most, and answers the copy that it continues. */
function assertParts({ around: { ways } }: JobView, copy: Message, parts: readonly Message[]): void {
  const limits = limitsOf(ways.premium);
  for (const [index, part] of parts.entries()) {
    const hasCaption = part.media !== undefined && part.media.kind !== 'webpage';
    const most = hasCaption ? limits.caption : limits.text;
    if (part.text.length > most) throw new Error(`Message ${part.id} has more than ${most} units.`);
    if (index === 0) continue;
    equal(answeredBy(part)?.toId, copy.id, `Message ${part.id} doesn't answer the copy that it continues.`);
    equal(part.topicId, copy.topicId, `Message ${part.id} is in another topic than what it continues.`);
    equal(part.media, undefined, `Message ${part.id} has media.`);
    // What is added to media that show no caption stands in a message of its own.
    if (ways.long === 'fail' && copy.text !== '')
      throw new Error(`Copy ${copy.id} was split, though nobody asked for it.`);
  }
}

/** A link to a message whose copy was there already leads to the copy. */
function assertLinks(view: JobView, { id, text, entities }: Message, what: string): void {
  const { record, linkedBy, scene, around } = view;
  if (around.target === 'saved' || scene.target.id > -1_000_000_000_000) return;
  for (const { kind, url, offset, length } of entities) {
    const shown = kind === 'url' ? text.slice(offset, offset + length) : url;
    const linked = shown === undefined ? undefined : linkedBy(shown);
    if (!linked || linked.isCopy) continue;
    const copy = record.copies.get(linked.original);
    if (copy !== undefined && copy < id) throw new Error(`${what}, which links to an original.`);
  }
}

/** An album makes no sound if one of its items should make none. */
function assertManner({ originals }: JobView, message: Message, copy: Message, what: string): void {
  const { groupedId } = message;
  const post = groupedId === undefined ? [message] : originals.filter((each) => each.groupedId === groupedId);
  if (!post.some(({ silent }) => silent === copy.silent))
    throw new Error(`${what}, with or without a sound.`);
  const isInverted = message.invertMedia && copy.media !== undefined;
  equal(copy.invertMedia, isInverted, `${what}, with its text elsewhere.`);
}

/** Paid media that the account sees are an album of their own. */
function assertItems(
  { record, copyOf, lookOf }: JobView,
  id: number,
  expected: Expected,
  copy: Message,
): void {
  const items = (record.items.get(id) ?? []).map((target) => copyOf(target));
  deepEqual(
    items.map((item) => item && comparable(lookOf(item).media)),
    expected.more ?? [],
    `Source message ${id} became other media.`,
  );
  const albums = new Set([copy, ...items].map((item) => item?.groupedId));
  const isAlbum = albums.size === 1 && copy.groupedId !== undefined;
  if (items.length > 0 && !isAlbum) throw new Error(`The items of message ${id} are not one album.`);
}

function assertMedia(view: JobView, expected: Expected, copy: Message, what: string): void {
  const { lookOf, around } = view;
  const got = comparable(lookOf(copy).media);
  const wanted = expected.media;
  if (!wanted || !('kind' in wanted) || wanted.kind !== 'webpage') {
    deepEqual(got, wanted, what);
    return;
  }
  // A preview goes with its link, and leads where that leads.
  if (got === undefined && around.ways.strip) return;
  const named = (media: object | undefined): object | undefined => {
    const { url } = { url: undefined, ...media } as { readonly url: string | undefined };
    const linked = url === undefined ? undefined : view.linkedBy(url);
    return linked ? { ...media, url: `message ${linked.original}` } : media;
  };
  deepEqual(named(got), named(wanted), what);
}
