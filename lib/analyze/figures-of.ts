import type { Analysis, ChatCount, MessageRef } from './analysis.js';
import type {
  AtLeast,
  ChatFigures,
  Figures,
  MessagePlace,
  Names,
  Ranked,
  SenderFigures,
  TopList,
  Totals,
} from './figures.js';
import type { Spread } from './spread.js';
import type { TopCounter } from './top-counter.js';
import type { WordCounter } from './word-counter.js';
import { isTelling } from './words.js';

export interface FigureOptions {
  /** The length of the lists. */
  readonly top: number;
  /** Whether the list of words has the commonest words of languages, too. */
  readonly allWords: boolean;
}

/** What an analysis has found. */
export async function figuresOf(analysis: Analysis, names: Names, options: FigureOptions): Promise<Figures> {
  const { top, allWords } = options;
  const { texts, times, kinds } = analysis;
  const placeOf = async ({ accountId, chatId, id }: MessageRef): Promise<MessagePlace> => ({
    ...{ account: accountId, chat: chatId, id },
    chatName: (await names.chat(accountId, chatId)) ?? null,
  });
  const silences = await each(analysis.silences.all, async ({ accountId, chatId, from, to }) => ({
    ...{ account: accountId, chat: chatId, chatName: (await names.chat(accountId, chatId)) ?? null },
    ...{ from: isoTime(from), to: isoTime(to), seconds: to - from },
  }));
  const custom = texts.customEmoji.top(top);
  return {
    zone: analysis.zone,
    totals: totalsOf(analysis),
    chats: await each(inOrder(analysis.chats), (chat) => chatFigures(chat, names)),
    senders: await sendersOf(analysis, names, top),
    kinds: [...kinds]
      .map(([kind, count]) => ({ kind, ...count }))
      .sort((one, other) => other.messages - one.messages),
    hours: times.hours,
    days: times.days,
    months: times.months,
    words: listOf(texts.words, top, allWords ? undefined : isTelling),
    links: listOf(texts.links, top),
    domains: listOf(texts.domains, top),
    emoji: listOf(texts.emoji, top),
    customEmoji: {
      items: custom.map(({ key, count, error, extra }) => ({ name: key, count, error, shown: extra.shown })),
      floor: texts.customEmoji.floor,
    },
    reactions: listOf(texts.reactions, top),
    answers: {
      count: analysis.answerTimes.total,
      ...quantilesOf(analysis.answerTimes),
      unmeasured: analysis.answers.tooFar,
    },
    silences,
    largestFiles: await each(analysis.largestFiles.all, async (file) => ({
      ...(await placeOf(file)),
      ...{ name: file.name ?? null, bytes: file.bytes },
    })),
    mostReacted: await each(analysis.mostReacted.all, async (message) => ({
      ...(await placeOf(message)),
      reactions: message.reactions,
    })),
  };
}

function totalsOf({ counts, texts, senders, chats, times }: Analysis): Totals {
  const dated = chats.filter(({ first }) => Number.isFinite(first));
  const first = dated.reduce((least, chat) => Math.min(least, chat.first), Number.POSITIVE_INFINITY);
  const last = dated.reduce((most, chat) => Math.max(most, chat.last), Number.NEGATIVE_INFINITY);
  return {
    ...counts,
    characters: texts.characters,
    words: texts.words.total,
    links: texts.links.total,
    emoji: texts.emoji.total + texts.customEmoji.total,
    reactions: texts.reactions.total,
    senders: sizeOf(senders),
    differentWords: sizeOf(texts.words),
    days: times.days.length,
    first: isoOrNull(first),
    last: isoOrNull(last),
  };
}

function sizeOf({ size, floor }: Pick<TopCounter<string>, 'size' | 'floor'>): AtLeast {
  return { count: size, isMore: floor > 0 };
}

async function sendersOf({ senders }: Analysis, names: Names, top: number): Promise<TopList<SenderFigures>> {
  const items = await each(senders.top(top), async ({ key, count, error, extra }) => {
    const { accountId, characters, bytes, reactions, answers } = extra;
    return {
      ...{ id: key, name: (await names.sender(accountId, key)) ?? null, messages: count, error },
      ...{ characters, bytes, reactions, answers: answers?.total ?? 0, ...quantilesOf(answers) },
    };
  });
  return { items, floor: senders.floor };
}

async function chatFigures(
  { accountId, chatId, messages, bytes, first, last }: ChatCount,
  names: Names,
): Promise<ChatFigures> {
  const name = (await names.chat(accountId, chatId)) ?? null;
  return {
    ...{ account: accountId, id: chatId, name, messages, bytes },
    ...{ first: isoOrNull(first), last: isoOrNull(last) },
  };
}

function inOrder(chats: readonly ChatCount[]): readonly ChatCount[] {
  return [...chats].sort((one, other) => other.messages - one.messages || one.chatId - other.chatId);
}

function quantilesOf(times: Spread | undefined): {
  readonly medianSeconds: number | null;
  readonly p90Seconds: number | null;
} {
  return { medianSeconds: times?.quantile(0.5) ?? null, p90Seconds: times?.quantile(0.9) ?? null };
}

function listOf(
  counter: Pick<WordCounter, 'top' | 'floor'>,
  top: number,
  isWanted?: (key: string) => boolean,
): TopList<Ranked> {
  const items = counter.top(top, isWanted).map(({ key, count, error }) => ({ name: key, count, error }));
  return { items, floor: counter.floor };
}

async function each<T, Made>(items: readonly T[], make: (item: T) => Promise<Made>): Promise<Made[]> {
  const made: Made[] = [];
  for (const item of items) made.push(await make(item));
  return made;
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

function isoOrNull(seconds: number): string | null {
  return Number.isFinite(seconds) ? isoTime(seconds) : null;
}
