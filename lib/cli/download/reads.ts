import { UsageError } from '../../base/errors.js';
import type { ReadOrder } from '../../download/options.js';
import type { Chat } from '../../telegram/chat.js';
import type { ChatPlace, ChatRef } from '../../telegram/chat-ref.js';
import { resolveChat } from '../../telegram/chats.js';
import type { TelepiClient } from '../../telegram/client.js';
import { DialogPages } from '../../telegram/dialog-search.js';
import { discussionOf } from '../../telegram/discussion.js';
import { isTopic } from '../pair.js';
import type { Wanted } from './wanted.js';

export interface FindOptions {
  readonly withComments: boolean;
  /** SOURCE_TOPIC: for the one whole chat that is named. */
  readonly topic: number | undefined;
  readonly signal: AbortSignal;
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
  { withComments, topic, signal }: FindOptions,
): Promise<readonly ReadOrder[]> {
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
  try {
    for (const each of wanted) {
      const chat = await find(each.kind === 'place' ? each.place.chat : each.chat);
      if (each.kind === 'messages') {
        add(chat, each.ids);
        continue;
      }
      const { comment, message } = each.place;
      if (comment !== undefined && message !== undefined) {
        const discussion = await discussionOf(client, chat, message, signal);
        if (!discussion) throw noComments(chat, message, each.origin);
        add(discussion.group, [comment]);
        continue;
      }
      const found = await meaningOf(client, chat, each.place, each.origin, signal);
      if ('message' in found) add(chat, [found.message]);
      else whole.push({ chat, topic: found.topic });
    }
  } finally {
    pages.close();
  }
  const reads = wholeReads(whole, topic, withComments);
  const everything = reads.length > 0;
  const named = [...messages.values()].map(({ chat, ids }) => ({
    kind: 'messages' as const,
    chat,
    ids: [...ids].sort((one, other) => one - other),
    everything,
  }));
  return [...named, ...reads];
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
  topic: number | undefined,
  withComments: boolean,
): readonly WholeRead[] {
  const [only] = found;
  if (topic !== undefined && (found.length !== 1 || only?.topic !== undefined)) {
    throw new UsageError(
      'CONTRADICTION',
      `SOURCE_TOPIC is for one whole chat, and ${found.length === 1 ? 'a topic is named' : `${found.length} are named`}: leave it out, or write links to topics.`,
    );
  }
  if (withComments && !found.some(({ chat }) => chat.kind === 'channel')) {
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
