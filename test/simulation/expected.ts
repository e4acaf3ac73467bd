import type { PollMedia } from '../../lib/sandbox/kinds/poll.js';
import type { Entity, EntityKind, StyledText } from '../../lib/sandbox/world/entity.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { TlData } from '../../lib/sandbox/world/tl-data.js';
import type { Look } from '../support/chat-content.js';
import type { Ways } from './ways.js';

/** Where copies go, and who makes them, as far as Telegram's rules depend on it. */
export interface Circumstances {
  readonly target: 'saved' | 'channel' | 'group';
  readonly me: number;
  readonly ways: Ways;
  /** Unix time in seconds. */
  readonly now: number;
  /** A story that is there, as a StoryItem. */
  storyOf(peer: number, id: number): TlData | undefined;
}

/** What the copy of a message holds, by Telegram's rules, before anybody's wishes for its text. */
export interface Expected {
  /** Comparable by deepEqual. */
  readonly media: object | undefined;
  /** The media of further messages, which are one album with the copy. */
  readonly more?: readonly object[];
  readonly text: StyledText;
  /** Words in square brackets stand in its place, followed by `text`. */
  readonly card?: CardExpected;
  /** The ledger records that this is lost. */
  readonly losses: readonly string[];
}

interface CardExpected {
  /** Without cards it is skipped for this reason. */
  readonly reason: string;
  /** The card says at least this. */
  readonly facts: readonly string[];
}

/** What was never there, or is there no more, is only skipped. */
export function isEmpty({ text, media, rich, action }: Message): boolean {
  const isNoMedia = !media || (media.kind === 'shown' && media.data._ === 'MessageMediaEmpty');
  return !action && !rich && isNoMedia && text === '';
}

/** What Telegram doesn't forward: it was to be seen for a while, or shows who voted, which channels don't. */
export function isForwardable(message: Message, { target }: Pick<Circumstances, 'target'>): boolean {
  const { action, media } = message;
  const isPublic = media?.kind === 'poll' && media.poll.publicVoters === true;
  return !action && !isEmpty(message) && !isGoing(message) && !(isPublic && target === 'channel');
}

/** `look` is the message's own. Not for service messages and rich messages. */
export function expectedOf(message: Message, look: Look, around: Circumstances): Expected {
  const { text, entities } = look;
  const own = { text, entities: settable(entities, around) };
  const card = cardOf(message, look, around);
  if (card) {
    const isHidden = isGoing(message);
    return { media: undefined, text: isHidden ? NOTHING : own, card, losses: ['card'] };
  }
  const { media } = message;
  switch (media?.kind) {
    case undefined:
    case 'shown':
      return { media: undefined, text: own, losses: [] };
    case 'webpage':
      // Telegram has found nothing behind the link.
      if (media.page?._ === 'WebPageEmpty') return { media: undefined, text: own, losses: [] };
      return { media: { kind: 'webpage', url: media.url, layout: media.layout }, text: own, losses: [] };
    case 'geoLive': {
      const { latitude, longitude, accuracy } = media;
      const place = { kind: 'geo', latitude, longitude, ...(accuracy !== undefined && { accuracy }) };
      return { media: place, text: own, losses: ['live_place'] };
    }
    case 'poll':
      return pollOf(media, look, own, around);
    case 'paid': {
      const [first, ...more] = (look.media as unknown as { items: object[] }).items.map(comparable);
      return { media: first, more: more as object[], text: own, losses: ['price'] };
    }
    case 'checklist':
      return checklistOf(media, own, around);
    default:
      return { media: comparable(look.media), text: own, losses: [] };
  }
}

/** The parts of a look's media that a copy should have, too. */
export function comparable(media: object | undefined): object | undefined {
  if (!media || !('kind' in media)) return media;
  if (media.kind === 'webpage') {
    const { kind, url, layout } = media as { kind: string; url?: string; layout?: string };
    return { kind, url, layout };
  }
  if (media.kind === 'contact') {
    const { userId: _, phone, ...contact } = media as { userId?: number; phone?: string };
    return { ...contact, phone: phone?.replace(/\D/g, '') };
  }
  if (media.kind === 'story') {
    const { peer, id } = media as { peer?: number; id?: number };
    return { kind: 'story', peer, id };
  }
  if (media.kind === 'checklist') {
    const { done, ...list } = media as unknown as { done: ReadonlyMap<number, unknown> };
    return { ...list, done: [...done.keys()].sort() };
  }
  if (!('attributes' in media) || !Array.isArray(media.attributes)) return media;
  const attributes = (media.attributes as { readonly type: string }[]).filter(
    ({ type }) => type !== 'has-stickers',
  );
  return { ...media, attributes };
}

const NOTHING: StyledText = { text: '', entities: [] };

/** Formats that no client may set. */
const SERVER_MADE: ReadonlySet<EntityKind> = new Set(['unknown', 'diffInsert', 'diffReplace', 'diffDelete']);

/** Custom emoji need Premium, except in Saved Messages; the emoji behind them stay. */
function settable(entities: readonly Entity[], { ways, target }: Circumstances): Entity[] {
  const mayUseEmoji = ways.premium || target === 'saved';
  return entities.filter(({ kind }) => !SERVER_MADE.has(kind) && (mayUseEmoji || kind !== 'customEmoji'));
}

function isGoing({ media }: Message): boolean {
  return media !== undefined && 'ttl' in media && media.ttl !== undefined;
}

/** The media that only Telegram, bots or sellers post, by the name of its constructor. */
const SHOWN: Readonly<Record<string, string>> = {
  MessageMediaUnsupported: 'unsupported',
  MessageMediaVideoStream: 'video_stream',
  MessageMediaGiveaway: 'giveaway',
  MessageMediaGiveawayResults: 'giveaway',
  MessageMediaGame: 'game',
  MessageMediaInvoice: 'invoice',
};

function cardOf(
  { media }: Message,
  look: Look,
  { now, me, storyOf }: Circumstances,
): CardExpected | undefined {
  if (!media) return undefined;
  if ('ttl' in media && media.ttl !== undefined) return { reason: 'self_destructing', facts: [] };
  switch (media.kind) {
    case 'photo':
    case 'document':
      return isNothing(look) ? { reason: 'empty_file', facts: ['empty'] } : undefined;
    case 'dice':
      return { reason: 'dice', facts: [media.emoticon, String(media.value)] };
    case 'paid':
      return media.seenBy.includes(me) ? undefined : { reason: 'paid_media', facts: [] };
    case 'story': {
      const story = media.story?._ === 'StoryItem' ? media.story : storyOf(media.peer, media.id);
      if (!story) return { reason: 'story', facts: [] };
      const lasts = story['pinned'] === true || Number(story['expireDate'] ?? 0) > now;
      const isOpen = story._ === 'StoryItem' && story['public'] === true && !story['noforwards'] && lasts;
      return isOpen ? undefined : { reason: 'story', facts: [] };
    }
    case 'shown': {
      const reason = SHOWN[media.data._];
      return reason === undefined ? undefined : { reason, facts: [] };
    }
    default:
      return undefined;
  }
}

function isNothing({ media }: Look): boolean {
  return media !== undefined && 'size' in media && media.size === 0;
}

type PollLook = Readonly<Record<string, unknown>> & {
  readonly answers: readonly { readonly right: boolean; readonly added?: unknown }[];
};

/** core.telegram.org/api/poll: what a poll may be depends on where it is; votes stay behind. */
function pollOf({ poll }: PollMedia, look: Look, text: StyledText, around: Circumstances): Expected {
  const { me, target, now } = around;
  const { quiz, solution, openAnswers, publicVoters, subscribersOnly, countries, closePeriod, ...media } =
    look.media as unknown as PollLook;
  const isOver = poll.closed === true || (poll.closeDate !== undefined && poll.closeDate <= now);
  const isKnown = isOver || (poll.votes.has(me) && !poll.hideResultsUntilClose);
  const isQuiz = quiz === true && isKnown;
  const inChannel = target === 'channel';
  const isPublic = publicVoters === true && !inChannel;
  const closes = isOver || (poll.closeDate !== undefined && poll.closeDate < now + 60);
  const note = quiz === true && !isQuiz;
  return {
    media: {
      ...media,
      ...(isQuiz && { quiz }),
      ...(isPublic && { publicVoters }),
      ...(openAnswers === true && isPublic && !isQuiz && { openAnswers }),
      ...(subscribersOnly === true && inChannel && { subscribersOnly }),
      ...(countries !== undefined && inChannel && { countries }),
      ...(closePeriod !== undefined && !closes && { closePeriod }),
      closed: closes,
      answers: media.answers.map(({ right, added: _, ...answer }) => ({ ...answer, right: isQuiz && right })),
      solution: isQuiz ? solution : undefined,
    },
    text: note ? joined('[a quiz whose right answer is not known]', text) : text,
    losses: [
      ...(note ? ['quiz_answer'] : []),
      ...(publicVoters === true && inChannel ? ['poll_public'] : []),
      ...(openAnswers === true && (!isPublic || isQuiz) ? ['poll_open'] : []),
      ...((subscribersOnly === true || countries !== undefined) && !inChannel ? ['poll_audience'] : []),
    ],
  };
}

/** Needs Premium, and is never in a channel: there it is written as lines. */
function checklistOf(
  media: Extract<Message['media'], { readonly kind: 'checklist' }>,
  text: StyledText,
  around: Circumstances,
): Expected {
  const { title, tasks, done } = media;
  const completions = done.size > 0 ? ['completions'] : [];
  if (around.ways.premium && around.target !== 'channel') {
    const styled = <Styled extends StyledText>(each: Styled): Styled => ({
      ...each,
      entities: settable(each.entities, around),
    });
    const list = { ...media, title: styled(title), tasks: tasks.map(styled) };
    return { media: comparable(list), text, losses: completions };
  }
  const bold: Entity = { kind: 'bold', offset: 0, length: title.text.length };
  const lines = tasks.map((task) => joined(done.has(task.id) ? '☑ ' : '☐ ', task, ''));
  const list = lines.reduce((before, line) => joined(before, line, '\n'), {
    text: title.text,
    entities: [bold, ...title.entities],
  });
  return {
    media: undefined,
    text: text.text === '' ? list : joined(list, text),
    losses: ['checklist_as_text', ...completions],
  };
}

/** One text after another. */
export function joined(before: string | StyledText, after: StyledText, between = '\n\n'): StyledText {
  const first = typeof before === 'string' ? { text: before, entities: [] } : before;
  if (after.text === '') return first;
  const start = first.text.length + between.length;
  const moved = after.entities.map((entity) => ({ ...entity, offset: entity.offset + start }));
  return { text: first.text + between + after.text, entities: [...first.entities, ...moved] };
}
