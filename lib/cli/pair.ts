import { Api } from 'telegram/tl/index.js';
import { UsageError } from '../base/errors.js';
import type { Settings } from '../settings/settings.js';
import type { Chat } from '../telegram/chat.js';
import { type ChatPlace, type ChatRef, parseChatPlace } from '../telegram/chat-ref.js';
import { resolveChat, type SearchOptions } from '../telegram/chats.js';
import type { TelepiClient } from '../telegram/client.js';
import type { DialogPages } from '../telegram/dialog-search.js';
import { fetchMessages } from '../telegram/history.js';
import { wordOf } from '../telegram/known-chats.js';
import { GENERAL_TOPIC } from '../telegram/topics.js';
import type { Known } from './known.js';

/** One of the two chats of a clone, with the topic or thread that its settings name. */
export interface Side {
  readonly chat: Chat;
  readonly topic: number | undefined;
  /** The name in its setting, if it may lead elsewhere another day: `@name` in lower case, or `me`. */
  readonly name?: string;
  /** A sentence about its link, if the link is understood to mean more than it says. */
  readonly note?: string;
}

export type SideName = 'source' | 'target';

type SideSettings = Pick<
  Settings,
  'sourceChat' | 'targetChat' | 'sourceTopic' | 'targetTopic' | 'autoCreateTopics'
>;

/**
 * Reads the settings of one side.
 * @throws UsageError BAD_CHAT when they name no chat, and CONTRADICTION when its link and another setting name two
 *   topics.
 */
export function readSide(settings: SideSettings, name: SideName): ChatPlace {
  const { chat: setting, topic: topicSetting } = NAMES[name];
  const given = topicIn(settings, name);
  const place = parseChatPlace(
    (name === 'source' ? settings.sourceChat : settings.targetChat) ?? '',
    setting,
  );
  const linked = place.thread ?? place.message;
  if (linked === undefined) return place;
  if (given !== undefined && given !== linked) {
    throw contradiction(
      `${setting} is a link to ${linked} in the chat, and ${topicSetting} is ${given}: leave one of them out.`,
    );
  }
  if (name === 'target' && settings.autoCreateTopics) {
    throw contradiction(
      'TARGET_CHAT is a link into one topic, and AUTO_CREATE_TOPICS keeps each topic apart: name the chat alone, or leave out AUTO_CREATE_TOPICS.',
    );
  }
  return place;
}

export interface ResolveOptions {
  readonly signal: AbortSignal;
  /** Shared by both sides, when both are looked for. */
  readonly dialogs?: DialogPages;
  /** What the last run knew of the account and its chats. */
  readonly known?: Pick<Known, 'accountId' | 'chats'> | undefined;
  /** See SearchOptions. */
  readonly onFound?: SearchOptions['onFound'];
}

/**
 * Finds a side's chat, and the topic that its link or setting names: a link to a message leads to a topic if the
 * message is the one that created it (core.telegram.org/api/links#forum-topic-links).
 * @throws UsageError as `readSide` and `resolveChat` do, and MESSAGE_LINK for a link to a message that isn't a topic.
 */
export async function resolveSide(
  client: TelepiClient,
  settings: SideSettings,
  name: SideName,
  { signal, dialogs, known, onFound }: ResolveOptions,
): Promise<Side> {
  const place = readSide(settings, name);
  const word = wordOf(place.chat);
  const chat = await resolveChat(client, place.chat, signal, {
    dialogs,
    known: word === undefined ? undefined : known?.chats.get(word),
    selfId: known?.accountId,
    onFound,
  });
  return { ...(await sideOf(client, settings, { name, place, chat }, signal)), ...nameOf(place.chat) };
}

function nameOf(ref: ChatRef): { readonly name?: string } {
  if (ref.kind === 'username') return { name: `@${ref.username.toLowerCase()}` };
  return ref.kind === 'me' ? { name: 'me' } : {};
}

async function sideOf(
  client: TelepiClient,
  settings: SideSettings,
  { name, place, chat }: { readonly name: SideName; readonly place: ChatPlace; readonly chat: Chat },
  signal: AbortSignal,
): Promise<Side> {
  const given = topicIn(settings, name);
  const { thread, message } = place;
  if (thread !== undefined) {
    if (given === undefined) requireThreads(chat, name);
    if (message === undefined || message === thread) return { chat, topic: thread };
    const note = `${NAMES[name].chat} is a link to message ${message} in topic ${thread}: it stands for the whole topic.`;
    return { chat, topic: thread, note };
  }
  if (message === undefined || message === given) return { chat, topic: given };
  if (await isTopic(client, chat, message, signal)) return { chat, topic: message };
  throw messageLink(chat, message, name);
}

const NAMES = {
  source: { chat: 'SOURCE_CHAT', topic: 'SOURCE_TOPIC' },
  target: { chat: 'TARGET_CHAT', topic: 'TARGET_TOPIC' },
} as const;

function topicIn({ sourceTopic, targetTopic }: SideSettings, name: SideName): number | undefined {
  return name === 'source' ? sourceTopic : targetTopic;
}

/** Whether a message of a forum is the one that created a topic (core.telegram.org/api/links#forum-topic-links). */
export async function isTopic(
  client: TelepiClient,
  chat: Chat,
  message: number,
  signal: AbortSignal,
): Promise<boolean> {
  if (chat.kind !== 'forum') return false;
  if (message === GENERAL_TOPIC) return true;
  const [root] = await fetchMessages(client, chat, [message], signal);
  return root instanceof Api.MessageService && root.action instanceof Api.MessageActionTopicCreate;
}

function requireThreads(chat: Chat, name: SideName): void {
  const kinds = name === 'source' ? ['forum', 'supergroup'] : ['forum'];
  if (kinds.includes(chat.kind)) return;
  throw linkRefusal(
    `${NAMES[name].chat} is a link to a topic, but ${words(chat)} has no topics: write ${chat.id} for the whole chat.`,
    chat,
  );
}

function messageLink(chat: Chat, message: number, name: SideName): UsageError {
  const { chat: setting, topic } = NAMES[name];
  const ways: Partial<Record<Chat['kind'], string>> = {
    forum: `, and the id of a topic as ${topic} ("telepi chats" lists them)`,
    ...(name === 'source'
      ? { supergroup: `, and ${topic}=${message} for the thread under that message` }
      : {}),
  };
  return linkRefusal(
    `${setting} is a link to message ${message} of ${words(chat)}, but TelePi clones chats and topics, not single messages: write ${setting}=${chat.id} for the whole chat${ways[chat.kind] ?? ''}.`,
    chat,
  );
}

function words({ title, id }: Chat): string {
  return `"${title}" (${id})`;
}

function contradiction(sentence: string): UsageError {
  return new UsageError('CONTRADICTION', sentence);
}

function linkRefusal(sentence: string, { id }: Chat): UsageError {
  return new UsageError('MESSAGE_LINK', sentence, { fields: { chat: id } });
}
