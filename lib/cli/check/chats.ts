import { Api } from 'telegram';
import type { Settings } from '../../settings/settings.js';
import type { Chat } from '../../telegram/chats.js';
import type { TelepiClient } from '../../telegram/client.js';
import { fetchMessage, historyCount, readHistory } from '../../telegram/history.js';
import { TelegramError } from '../../telegram/telegram-error.js';
import { listTopics } from '../../telegram/topics.js';
import type { Outcome } from './finding.js';

/** Reads the oldest message, as a run begins with it. */
export async function readSource(client: TelepiClient, chat: Chat, signal: AbortSignal): Promise<Outcome> {
  let first: number | undefined;
  for await (const message of readHistory(client, chat, { afterId: 0 }, signal)) {
    first = message.id;
    break;
  }
  if (first === undefined) return `${words(chat)} can be read, and is empty`;
  const total = await historyCount(client, chat, signal);
  return `${words(chat)} can be read: ${total} messages, the first is ${first}`;
}

/** What the source's owner says about copying. */
export function protection(chat: Chat, allowed: boolean): Outcome {
  if (!chat.noforwards) return 'its content may be saved';
  if (allowed) return `${words(chat)} is protected, and --allow-protected goes on`;
  return {
    mend: `the owner of ${words(chat)} has restricted saving its content: telepi run stops there unless you give --allow-protected`,
  };
}

/**
 * The right to post, without posting: what the chat says, and where it says nothing, a "stopped typing"
 * (messages.setTyping), which nobody sees and which is refused where this account may not write.
 */
export async function writeTarget(client: TelepiClient, chat: Chat, signal: AbortSignal): Promise<Outcome> {
  const refused = {
    mend: `this account may not post in ${words(chat)}: join it, or let an admin give it the right`,
  };
  if (chat.canPost === false) return refused;
  if (chat.canPost === true) return `${words(chat)} can be written`;
  try {
    const action = new Api.SendMessageCancelAction();
    await client.call(new Api.messages.SetTyping({ peer: chat.peer, action }), { signal });
    return `${words(chat)} can be written`;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TelegramError)) throw error;
    if (/FORBIDDEN|ADMIN_REQUIRED|BANNED|PRIVATE/.test(error.errorMessage)) return refused;
    return {
      unknown: `whether ${words(chat)} can be written shows at the first send (${error.errorMessage})`,
    };
  }
}

/** SOURCE_TOPIC is there: a forum's topic, or in a group without topics the message that a thread lies under. */
export async function sourceTopic(
  client: TelepiClient,
  chat: Chat,
  id: number,
  signal: AbortSignal,
): Promise<Outcome> {
  if (chat.kind !== 'supergroup') return topicIn(client, chat, { id, setting: 'SOURCE_TOPIC' }, signal);
  const root = await fetchMessage(client, chat, id, signal);
  if (root) return `the thread under message ${id} of ${words(chat)}`;
  return { mend: `${words(chat)} has no message ${id} for a thread: correct SOURCE_TOPIC` };
}

/** TARGET_TOPIC is there and open, or the right to make topics is. */
export async function targetTopics(
  client: TelepiClient,
  chat: Chat,
  settings: Settings,
  signal: AbortSignal,
): Promise<Outcome> {
  const { targetTopic, autoCreateTopics } = settings;
  if (targetTopic !== undefined) {
    return topicIn(client, chat, { id: targetTopic, setting: 'TARGET_TOPIC' }, signal);
  }
  if (!autoCreateTopics) return 'none are asked for';
  if (chat.kind !== 'forum') {
    return { mend: `${words(chat)} is no forum: turn on its topics, or leave out AUTO_CREATE_TOPICS` };
  }
  if (chat.canManageTopics === false) {
    return { mend: `this account may not create topics in ${words(chat)}: let an admin give it the right` };
  }
  if (chat.canManageTopics === undefined)
    return { unknown: `whether topics can be created in ${words(chat)}` };
  return `can be created in ${words(chat)}`;
}

async function topicIn(
  client: TelepiClient,
  chat: Chat,
  { id, setting }: { readonly id: number; readonly setting: string },
  signal: AbortSignal,
): Promise<Outcome> {
  if (chat.kind !== 'forum') {
    return { mend: `${words(chat)} is no forum, so it has no topic ${id}: leave out ${setting}` };
  }
  const topic = (await listTopics(client, chat, signal)).find((candidate) => candidate.id === id);
  if (!topic) {
    return { mend: `${words(chat)} has no topic ${id}: telepi chats lists them; correct ${setting}` };
  }
  if (topic.closed && setting === 'TARGET_TOPIC' && chat.canManageTopics === false) {
    return { mend: `the topic ${topic.title} of ${words(chat)} is closed: open it, or choose another` };
  }
  return `${topic.title} (${id}) of ${words(chat)}`;
}

function words(chat: Chat): string {
  return `${chat.title} (${chat.type ?? chat.kind} ${chat.id})`;
}
