import { UsageError } from '../../base/errors.js';
import type { LeftOut } from '../../download/events.js';
import type { ReadOrder } from '../../download/options.js';
import type { Chat } from '../../telegram/chat.js';
import type { ChatPlace, ChatRef } from '../../telegram/chat-ref.js';
import { resolveChat } from '../../telegram/chats.js';
import type { TelepiClient } from '../../telegram/client.js';
import { DialogPages } from '../../telegram/dialog-search.js';
import { discussionOf } from '../../telegram/discussion.js';
import { isTopic } from '../pair.js';
import type { WhyUnread } from './unread.js';
import { isWhole, type Wanted } from './wanted.js';

export interface FindOptions {
  readonly withComments: boolean;
  /** SOURCE_TOPIC: for the one whole chat that is named. */
  readonly topic: number | undefined;
  /** Which chats are left out so that the others are read. Where none is left, the first one's error counts. */
  readonly whyUnread: WhyUnread;
  readonly signal: AbortSignal;
}

/** What is read, and what can't be. */
export interface FoundReads {
  readonly reads: readonly ReadOrder[];
  readonly unread: readonly LeftOut[];
}

/**
 * Looks up what is wanted, each chat once. A link to the message that created a topic means the topic; messages of one chat
 * are read together, in their order, and before whole chats, whose selection doesn't concern them.
 * @throws UsageError as resolveChat does, MESSAGE_LINK for a link to a topic of a chat that has none or to a comment of a post without a discussion, and CONTRADICTION for
 *   settings that none of the chats can meet.
 */
export async function findReads(
  client: TelepiClient,
  wanted: readonly Wanted[],
  { withComments, topic, whyUnread, signal }: FindOptions,
): Promise<FoundReads> {
  const pages = new DialogPages(client, signal);
  const chats = new Map<string, Promise<Chat>>();
  const find = (ref: ChatRef): Promise<Chat> => {
    const key = ref.kind === 'username' ? `@${ref.username.toLowerCase()}` : JSON.stringify(ref);
    const known = chats.get(key) ?? resolveChat(client, ref, signal, { dialogs: pages });
    chats.set(key, known);
    return known;
  };
  const whole: Found[] = [];
  const messages = new Map<number, { readonly chat: Chat; readonly ids: Set<number> }>();
  const add = (chat: Chat, ids: readonly number[]): void => {
    const entry = messages.get(chat.id) ?? { chat, ids: new Set<number>() };
    for (const id of ids) entry.ids.add(id);
    messages.set(chat.id, entry);
  };
  const look = async (each: Wanted, chat: Chat): Promise<void> => {
    if (each.kind === 'messages') return add(chat, each.ids);
    const { comment, message } = each.place;
    if (comment !== undefined && message !== undefined) {
      const discussion = await discussionOf(client, chat, message, signal);
      if (!discussion) throw noComments(chat, message, each.origin);
      return add(discussion.group, [comment]);
    }
    const found = await meaningOf(client, chat, each.place, each.origin, signal);
    if ('message' in found) add(chat, [found.message]);
    else whole.push({ chat, topic: found.topic });
  };
  const lost = new Lost(whyUnread);
  try {
    for (const each of wanted) {
      const ref = each.kind === 'place' ? each.place.chat : each.chat;
      try {
        await look(each, await find(ref));
      } catch (error) {
        await lost.take(error, each, ref);
      }
    }
  } finally {
    pages.close();
  }
  if (whole.length + messages.size === 0) lost.refuseAll();
  const reads = wholeReads(whole, { topic, withComments, lost: lost.whole });
  const everything = reads.length > 0;
  const named = [...messages.values()].map(({ chat, ids }) => ({
    kind: 'messages' as const,
    chat,
    ids: [...ids].sort((one, other) => one - other),
    everything,
  }));
  return { reads: [...named, ...reads], unread: lost.chats };
}

/** The chats that can't be read, each once. */
class Lost {
  readonly #whyUnread: WhyUnread;
  readonly #chats = new Map<string, LeftOut>();
  #first: unknown;
  /** How many of them were asked for as a whole. */
  whole = 0;

  constructor(whyUnread: WhyUnread) {
    this.#whyUnread = whyUnread;
  }

  get chats(): readonly LeftOut[] {
    return [...this.#chats.values()];
  }

  /** Throws an error that isn't about the chat alone. */
  async take(error: unknown, wanted: Wanted, ref: ChatRef): Promise<void> {
    const why = await this.#whyUnread(error, ref);
    if (!why) throw error;
    this.#first ??= error;
    this.#chats.set(String(why.chatId ?? why.title), why);
    if (isWhole(wanted)) this.whole += 1;
  }

  /** Throws the error of the first, if there is one. */
  refuseAll(): void {
    if (this.#chats.size > 0) throw this.#first;
  }
}

interface Found {
  readonly chat: Chat;
  readonly topic: number | undefined;
}

async function meaningOf(
  client: TelepiClient,
  chat: Chat,
  { thread, message }: ChatPlace,
  origin: string,
  signal: AbortSignal,
): Promise<{ readonly message: number } | { readonly topic: number | undefined }> {
  if (message === undefined || message === thread) {
    if (thread !== undefined && chat.kind !== 'forum' && chat.kind !== 'supergroup')
      throw noTopics(chat, origin);
    return { topic: thread };
  }
  if (thread === undefined && (await isTopic(client, chat, message, signal))) return { topic: message };
  return { message };
}

type WholeRead = Extract<ReadOrder, { readonly kind: 'chat' }>;

function wholeReads(
  found: readonly Found[],
  { topic, withComments, lost }: Pick<FindOptions, 'topic' | 'withComments'> & { readonly lost: number },
): readonly WholeRead[] {
  const [only] = found;
  if (topic !== undefined && (found.length + lost !== 1 || only?.topic !== undefined)) {
    throw new UsageError(
      'CONTRADICTION',
      `SOURCE_TOPIC is for one whole chat, and ${found.length === 1 ? 'a topic is named' : `${found.length + lost} are named`}: leave it out, or write links to topics.`,
    );
  }
  if (withComments && lost === 0 && !found.some(({ chat }) => chat.kind === 'channel')) {
    throw new UsageError(
      'CONTRADICTION',
      '--with-comments reads the comments of a channel, and no channel is named: leave it out, or name the channel.',
    );
  }
  const reads = new Map<string, WholeRead>();
  for (const each of found) {
    const of = each.topic ?? topic;
    const key = `${each.chat.id} ${of ?? ''}`;
    reads.set(key, {
      kind: 'chat',
      chat: each.chat,
      ...(of !== undefined && { topic: of }),
      withComments: withComments && each.chat.kind === 'channel',
    });
  }
  return [...reads.values()];
}

function noComments({ id, title }: Chat, message: number, origin: string): UsageError {
  return new UsageError(
    'MESSAGE_LINK',
    `${origin} is a link to a comment, but message ${message} of "${title}" (${id}) has no comments that this account may see: leave it out, or join the discussion group.`,
    { fields: { chat: id, messageId: message } },
  );
}

function noTopics({ id, title }: Chat, origin: string): UsageError {
  return new UsageError(
    'MESSAGE_LINK',
    `${origin} is a link to a topic, but "${title}" (${id}) has no topics: write ${id} for the whole chat.`,
    { fields: { chat: id } },
  );
}
