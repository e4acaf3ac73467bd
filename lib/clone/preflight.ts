import { Api } from 'telegram/tl/index.js';
import { UsageError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { Via } from '../base/ways.js';
import { TelegramError } from '../refusals/telegram-error.js';
import type { Chat } from '../telegram/chat.js';
import type { TelepiClient } from '../telegram/client.js';
import { fetchMessage } from '../telegram/history.js';
import { refuseForwarding, refuseProtectedChat } from '../telegram/protected.js';
import { GENERAL_TOPIC, listTopics, type Topic } from '../telegram/topics.js';

export interface SourceOptions {
  readonly client: TelepiClient;
  readonly source: Chat;
  readonly sourceTopic?: number | undefined;
  readonly allowProtected: boolean;
  /** How messages are to be sent. Default: stream. */
  readonly via?: Via | undefined;
  readonly signal: AbortSignal;
  readonly log: Log;
}

export interface PreflightOptions extends SourceOptions {
  readonly target: Chat;
  readonly targetTopic?: number | undefined;
  /** Undefined when the user has not decided. */
  readonly autoCreateTopics: boolean | undefined;
  /** See CloneOptions. */
  readonly withProfile?: boolean | undefined;
}

/** The result of a step that refuses nothing: a detail for people, or something that the server doesn't say. */
export type Look = string | { readonly unknown: string };

export interface PreflightStep {
  readonly name: 'protection' | 'source topic' | 'pair' | 'target' | 'target topics' | 'profile';
  /** @throws UsageError that says what to change. */
  look(): Look | Promise<Look>;
}

/**
 * Refuses, before any work and before anything is recorded, a clone that could only fail or do harm: a chat cloned into
 * itself, a target where this account can't post or create topics, topics that don't exist or are closed, topics that
 * would be merged without warning, protected content. Throws the first refusal; `telepi check` goes through the same
 * steps and shows all.
 */
export async function preflight(options: PreflightOptions): Promise<void> {
  for (const { look } of [...sourceSteps(options), ...targetSteps(options)]) await look();
}

/** The steps that look at the source only. */
export function sourceSteps(options: SourceOptions): readonly PreflightStep[] {
  const { source, sourceTopic, allowProtected, via } = options;
  return [
    {
      name: 'protection',
      look() {
        refuseProtectedChat(source, allowProtected);
        if (via === 'forward') refuseForwarding(source);
        return source.noforwards
          ? `${words(source)} is protected, and --allow-protected continues`
          : 'its content may be saved';
      },
    },
    ...(sourceTopic === undefined
      ? []
      : [{ name: 'source topic' as const, look: () => requireSourceTopic(options, sourceTopic) }]),
  ];
}

/** The steps that look at the target, or at both chats. */
export function targetSteps(options: PreflightOptions): readonly PreflightStep[] {
  return [
    { name: 'pair', look: () => refuseLoop(options) },
    { name: 'target', look: () => requireRightToPost(options) },
    { name: 'target topics', look: () => requireTopics(options) },
    ...(options.withProfile ? [{ name: 'profile' as const, look: () => requireProfiles(options) }] : []),
  ];
}

/**
 * Copies land behind the messages being read: with no topic in between, the clone would copy its own copies for ever.
 */
function refuseLoop({ source, target, sourceTopic, targetTopic, autoCreateTopics }: PreflightOptions): Look {
  if (source.id !== target.id) return 'source and target are two chats';
  const apart = autoCreateTopics
    ? sourceTopic !== undefined && sourceTopic !== GENERAL_TOPIC
    : sourceTopic !== undefined && sourceTopic !== (targetTopic ?? GENERAL_TOPIC);
  if (apart && source.kind === 'forum') return 'two topics of one chat';
  throw refusal(
    'SAME_CHAT',
    source,
    'source and target are the same: choose another TARGET_CHAT, or two different topics',
  );
}

/**
 * Checks the right to post without posting: the chat says so or, where it doesn't, a "stopped typing"
 * (messages.setTyping) shows it. Nobody sees that call, and it is refused where this account may not write.
 */
async function requireRightToPost({ client, target, signal }: PreflightOptions): Promise<Look> {
  const refused = (cause?: unknown): UsageError =>
    refusal(
      'TARGET_READ_ONLY',
      target,
      'this account may not post there: join it, let an admin give it the right, or choose another TARGET_CHAT',
      cause,
    );
  if (target.canPost === false) throw refused();
  if (target.canPost === true) return `${words(target)} can be written`;
  try {
    const action = new Api.SendMessageCancelAction();
    await client.call(new Api.messages.SetTyping({ peer: target.peer, action }), { signal });
    return `${words(target)} can be written`;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TelegramError)) throw error;
    if (/FORBIDDEN|ADMIN_REQUIRED|BANNED|PRIVATE/.test(error.errorMessage)) throw refused(error);
    return {
      unknown: `only the first send will show whether ${words(target)} can be written (${error.errorMessage})`,
    };
  }
}

/** A right that is missing stops nothing: it will be counted. */
function requireProfiles({ source, target }: PreflightOptions): Look {
  for (const chat of [source, target]) {
    if (chat.kind !== 'user') continue;
    throw refusal(
      'NO_PROFILE',
      chat,
      'a private chat has no title and photo of its own: leave out --with-profile',
    );
  }
  if (target.canChangeInfo === false)
    return `this account may not change them in ${words(target)}: they stay as they are`;
  return target.canChangeInfo
    ? `title, description and photo of ${words(target)} can be changed`
    : { unknown: `whether title, description and photo of ${words(target)} can be changed` };
}

function requireTopics(options: PreflightOptions): Look | Promise<Look> {
  const { source, sourceTopic, target, targetTopic, autoCreateTopics } = options;
  if (autoCreateTopics) return requireTopicCreation(target, targetTopic);
  if (targetTopic !== undefined && target.kind !== 'forum') {
    throw refusal('TARGET_NO_FORUM', target, 'it has no topics: leave out TARGET_TOPIC');
  }
  const whole = source.kind === 'forum' && sourceTopic === undefined;
  if (target.kind !== 'forum') {
    return whole
      ? `${words(target)} has no topics: the topics of the source are put together`
      : 'none are asked for';
  }
  if (whole && targetTopic === undefined && autoCreateTopics === undefined) throw undecided(options);
  return requireOpenTopic(options, targetTopic ?? GENERAL_TOPIC, whole);
}

/** Unless the user decides, every topic would end up in General, where nothing could sort them again. */
function undecided({ source, target }: PreflightOptions): UsageError {
  return new UsageError(
    'TOPICS_UNDECIDED',
    `"${source.title}" and "${target.title}" both have topics. Say where messages go: AUTO_CREATE_TOPICS=yes creates each ` +
      'topic in the target, AUTO_CREATE_TOPICS=no puts all of them together into General, and ' +
      'TARGET_TOPIC=… puts them into one topic.',
    { fields: { source: source.id, target: target.id } },
  );
}

function requireTopicCreation(target: Chat, targetTopic: number | undefined): Look {
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
      'this account may not create topics there: give it that right, or use TARGET_TOPIC',
    );
  }
  return target.canManageTopics
    ? `can be created in ${words(target)}`
    : { unknown: `whether topics can be created in ${words(target)}` };
}

async function requireSourceTopic(options: SourceOptions, topicId: number): Promise<Look> {
  const { client, source, signal } = options;
  if (source.kind === 'forum')
    return topicWords(await findTopic(options, source, topicId, 'SOURCE_TOPIC'), source);
  if (source.kind !== 'supergroup') {
    throw refusal('SOURCE_NO_FORUM', source, 'it has no topics: leave out SOURCE_TOPIC');
  }
  const root = await fetchMessage(client, source, topicId, signal);
  if (root) return `the thread under message ${topicId} of ${words(source)}`;
  throw refusal('UNKNOWN_TOPIC', source, `it has no message ${topicId} for a thread: correct SOURCE_TOPIC`);
}

/**
 * Checks that this account may post in the topic that everything goes into; otherwise Telegram would answer
 * TOPIC_CLOSED.
 */
async function requireOpenTopic(options: PreflightOptions, topicId: number, whole: boolean): Promise<Look> {
  const { target, targetTopic } = options;
  const topic = await findTopic(options, target, topicId, 'TARGET_TOPIC');
  if (topic && topic !== 'unlisted' && topic.closed && !topic.own && !target.managesTopics) {
    throw refusal(
      'TOPIC_CLOSED',
      target,
      `the topic "${topic.title}" (${topicId}) is closed for this account: open it, get the right to manage topics, ` +
        `or ${targetTopic === undefined ? 'choose a TARGET_TOPIC' : 'choose another TARGET_TOPIC'}`,
    );
  }
  const look = topicWords(topic, target);
  if (typeof look !== 'string') return look;
  return whole ? `${look} takes all topics of the source, put together` : look;
}

/** Undefined for General, which a server may leave out of its list; `unlisted` when the server lists no topics. */
async function findTopic(
  options: Pick<SourceOptions, 'client' | 'signal' | 'log'>,
  chat: Chat,
  topicId: number,
  setting: string,
): Promise<Topic | 'unlisted' | undefined> {
  const topics = await topicsOrNone(options, chat);
  if (!topics) return topicId === GENERAL_TOPIC ? undefined : 'unlisted';
  const topic = topics.find(({ id }) => id === topicId);
  if (topic || topicId === GENERAL_TOPIC) return topic;
  throw refusal(
    'UNKNOWN_TOPIC',
    chat,
    `it has no topic ${topicId}: correct ${setting}, "telepi chats" lists the topics`,
  );
}

/** The chat's topics; undefined on servers that don't list them, where the first send has to show it. */
export async function topicsOrNone(
  { client, signal, log }: Pick<SourceOptions, 'client' | 'signal' | 'log'>,
  chat: Chat,
): Promise<Topic[] | undefined> {
  try {
    return await listTopics(client, chat, signal);
  } catch (error) {
    if (!(error instanceof TelegramError)) throw error;
    log.warn('topics_unknown', { chat: chat.id, error: error.errorMessage });
    return undefined;
  }
}

function topicWords(topic: Topic | 'unlisted' | undefined, chat: Chat): Look {
  if (topic === 'unlisted') return { unknown: `the server doesn't list the topics of ${words(chat)}` };
  return topic ? `${topic.title} (${topic.id}) of ${words(chat)}` : `General of ${words(chat)}`;
}

function refusal(code: string, chat: Chat, what: string, cause?: unknown): UsageError {
  return new UsageError(code, `"${chat.title}" (${chat.id}): ${what}.`, { cause, fields: { chat: chat.id } });
}

function words(chat: Chat): string {
  return `${chat.title} (${chat.type ?? chat.kind} ${chat.id})`;
}
