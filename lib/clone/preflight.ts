import { UsageError } from '../base/errors.js';
import type { Chat } from '../telegram/chats.js';
import { fetchMessage } from '../telegram/history.js';
import { TelegramError } from '../telegram/telegram-error.js';
import { GENERAL_TOPIC, listTopics, type Topic } from '../telegram/topics.js';
import type { CloneOptions } from './job.js';
import { refuseProtectedChat } from './protected.js';

/**
 * Refuses, before any work, what could only fail or do harm: a chat cloned into itself, a target that this account
 * can't post to or make topics in, topics that don't exist, protected content. Throws a UsageError that says what
 * to change.
 */
export async function preflight(options: CloneOptions): Promise<void> {
  const { source, target, sourceTopic, targetTopic, autoCreateTopics } = options;
  refuseProtectedChat(source, options.allowProtected);
  refuseLoop(options);
  if (target.canPost === false) {
    throw refusal(
      'TARGET_READ_ONLY',
      target,
      'this account may not post there: give it the right to, or choose another TARGET_CHAT',
    );
  }
  if (autoCreateTopics) refuseTopicCreation(target, targetTopic);
  if (sourceTopic !== undefined) await requireSourceTopic(options, sourceTopic);
  if (targetTopic !== undefined) await requireTargetTopic(options, targetTopic);
}

/** What is sent lands behind what is read: without a topic in between the clone would copy its own copies for ever. */
function refuseLoop({ source, target, sourceTopic, targetTopic, autoCreateTopics }: CloneOptions): void {
  if (source.id !== target.id) return;
  const apart = autoCreateTopics
    ? sourceTopic !== undefined && sourceTopic !== GENERAL_TOPIC
    : sourceTopic !== undefined && sourceTopic !== (targetTopic ?? GENERAL_TOPIC);
  if (apart && source.kind === 'forum') return;
  throw refusal(
    'SAME_CHAT',
    source,
    'source and target are the same: choose another TARGET_CHAT, or two different topics',
  );
}

function refuseTopicCreation(target: Chat, targetTopic: number | undefined): void {
  if (targetTopic !== undefined) {
    throw new UsageError(
      'TOPIC_CONFLICT',
      'TARGET_TOPIC and AUTO_CREATE_TOPICS exclude each other: choose one.',
    );
  }
  if (target.kind !== 'forum') {
    throw refusal(
      'TARGET_NO_FORUM',
      target,
      'it has no topics: turn topics on in its settings, or leave out AUTO_CREATE_TOPICS',
    );
  }
  if (target.canManageTopics === false) {
    throw refusal(
      'TARGET_NO_TOPIC_RIGHT',
      target,
      'this account may not create topics there: give it the right to, or use TARGET_TOPIC',
    );
  }
}

async function requireSourceTopic(options: CloneOptions, topicId: number): Promise<void> {
  const { client, source, signal } = options;
  if (source.kind === 'forum') return requireTopic(options, source, topicId, 'SOURCE_TOPIC');
  if (source.kind !== 'supergroup') {
    throw refusal('SOURCE_NO_FORUM', source, 'it has no topics: leave out SOURCE_TOPIC');
  }
  const root = await fetchMessage(client, source, topicId, signal);
  if (!root)
    throw refusal('UNKNOWN_TOPIC', source, `it has no message ${topicId} for a thread: correct SOURCE_TOPIC`);
}

async function requireTargetTopic(options: CloneOptions, topicId: number): Promise<void> {
  const { target } = options;
  if (target.kind === 'forum') return requireTopic(options, target, topicId, 'TARGET_TOPIC');
  throw refusal('TARGET_NO_FORUM', target, 'it has no topics: leave out TARGET_TOPIC');
}

async function requireTopic(options: CloneOptions, chat: Chat, topicId: number, name: string): Promise<void> {
  if (topicId === GENERAL_TOPIC) return;
  const topics = await topicsOrNone(options, chat);
  if (!topics || topics.some(({ id }) => id === topicId)) return;
  throw refusal(
    'UNKNOWN_TOPIC',
    chat,
    `it has no topic ${topicId}: correct ${name}, "telepi chats" lists the topics`,
  );
}

/** The chat's topics; undefined on servers that don't list them, where the first send has to tell. */
async function topicsOrNone({ client, signal, log }: CloneOptions, chat: Chat): Promise<Topic[] | undefined> {
  try {
    return await listTopics(client, chat, signal);
  } catch (error) {
    if (!(error instanceof TelegramError)) throw error;
    log.warn('topics_unknown', { chat: chat.id, error: error.errorMessage });
    return undefined;
  }
}

function refusal(code: string, chat: Chat, what: string): UsageError {
  return new UsageError(code, `"${chat.title}" (${chat.id}): ${what}.`, { fields: { chat: chat.id } });
}
