import { Api } from 'telegram/tl/index.js';
import { UsageError } from '../base/errors.js';
import type { HistoryMessage } from '../messages/tl/message.js';
import { TelegramError } from '../refusals/telegram-error.js';
import type { Chat } from '../telegram/chat.js';
import { createTopic, GENERAL_TOPIC, listTopics, type NewTopic, type Topic } from '../telegram/topics.js';
import type { Interval } from './interval.js';
import { LostTopic } from './lost-topic.js';
import { noteReduction } from './note-reduction.js';
import type { CloneOptions } from './options.js';
import { type SendIdentity, topicRandomId } from './random-id.js';
import { topicOf } from './source-topic.js';
import type { Tally } from './summary.js';
import { madeBefore, titleHashOf } from './topics-in-doubt.js';
import { verdictOf } from './verdicts.js';

/** Decides which topic of the target a message lands in. */
export interface TopicRouter {
  /** The target's topic; undefined for its main chat or General. Creates the topic if the options ask for it. */
  route(message: HistoryMessage): Promise<number | undefined>;
  /** Whether a message that is in a topic of its own lands among those of other topics. */
  putsTogether(message: HistoryMessage): boolean;
  /** Whether the message that it answers is in another topic and goes into another topic of the target. */
  answersAcross(message: HistoryMessage): boolean;
}

interface RouterOptions
  extends Pick<
    CloneOptions,
    | 'client'
    | 'source'
    | 'sourceTopic'
    | 'target'
    | 'targetTopic'
    | 'autoCreateTopics'
    | 'recreateTopics'
    | 'failInLostTopics'
    | 'job'
    | 'clock'
    | 'rehearsal'
    | 'onEvent'
    | 'log'
    | 'signal'
  > {
  readonly identity: SendIdentity;
  readonly interval: Interval;
  readonly tally: Pick<Tally, 'topic' | 'reduced'>;
  readonly posted: { lastId: number };
}

/** Telegram's first icon colour, for a topic that no longer says anything about itself. */
const DEFAULT_COLOR = 0x6fb9f0;

/**
 * TARGET_TOPIC takes everything. Otherwise topic_map.json decides; then, with AUTO_CREATE_TOPICS, a new topic with the
 * same title, colour and icon is created and entered in topic_map.json at once; without it, General, unless the options forbid that.
 */
export function createTopicRouter(options: RouterOptions): TopicRouter {
  const { source, sourceTopic, target, targetTopic, job, identity, autoCreateTopics } = options;
  const sourceTopics = new TopicList(options, source);
  const targetTopics = new TopicList(options, target);
  return {
    putsTogether(message) {
      const topicId = topicOf(message);
      if (source.kind !== 'forum' || sourceTopic !== undefined || topicId === GENERAL_TOPIC) return false;
      if (targetTopic !== undefined || target.kind !== 'forum') return true;
      return (job.topicMap.get(topicId) ?? GENERAL_TOPIC) === GENERAL_TOPIC;
    },
    answersAcross({ replyTo }) {
      if (source.kind !== 'forum' || target.kind !== 'forum' || targetTopic !== undefined) return false;
      if (!autoCreateTopics && job.topicMap.size === 0) return false;
      return replyTo instanceof Api.MessageReplyHeader && replyTo.replyToPeerId !== undefined;
    },
    async route(message) {
      if (targetTopic !== undefined) return outsideGeneral(targetTopic);
      if (target.kind !== 'forum') return undefined;
      const topicId = topicOf(message);
      const mapped = job.topicMap.get(topicId);
      if (mapped !== undefined) {
        if (mapped === GENERAL_TOPIC || (await targetTopics.has(mapped)) !== false)
          return outsideGeneral(mapped);
        if (!autoCreateTopics && options.failInLostTopics) throw new LostTopic(topicId);
        if (!autoCreateTopics || !options.recreateTopics) throw topicGone(topicId, mapped, job.path);
        options.log.warn('topic_gone', { sourceTopic: topicId, targetTopic: mapped });
        await job.forgetTopic(topicId);
      }
      if (topicId === GENERAL_TOPIC) return undefined;
      if (!autoCreateTopics) {
        if (options.failInLostTopics) throw new LostTopic(topicId);
        return undefined;
      }
      const look = await describe(sourceTopics, topicId);
      let planned = true;
      const titleHash = titleHashOf(look.title);
      const { randomId, afterId } = await job.planTopic(
        topicId,
        (generation) => {
          planned = false;
          return topicRandomId(identity, topicId, generation);
        },
        { titleHash, afterId: options.posted.lastId },
      );
      const find = (topics: readonly Topic[]) =>
        madeBefore(options, topics, {
          sourceTopicId: topicId,
          titleHash,
          afterId: afterId ?? options.posted.lastId,
        });
      const there = planned ? await find(await targetTopics.fresh()) : undefined;
      const created = there ?? (await copyTopic(options, look, { randomId, find }));
      await job.saveTopic(topicId, created);
      options.posted.lastId = Math.max(options.posted.lastId, created);
      targetTopics.add(created);
      return created;
    },
  };
}

type TopicLook = Pick<Topic, 'id' | 'title' | 'iconColor' | 'iconEmojiId'>;

async function describe(topics: TopicList, topicId: number): Promise<TopicLook> {
  const found = await topics.find(topicId);
  return found ?? { id: topicId, title: `Topic ${topicId}`, iconColor: DEFAULT_COLOR };
}

/** Creating a topic posts a message, so it takes a message's turn. */
type Creation = Pick<NewTopic, 'randomId' | 'find'>;

async function copyTopic(options: RouterOptions, look: TopicLook, creation: Creation): Promise<number> {
  const { interval, signal, tally, onEvent, log } = options;
  await interval.turn(1, signal);
  const [rehearsed] = options.rehearsal?.targetIds(1) ?? [];
  const created = rehearsed ?? (await createWithIcon(options, look, creation));
  tally.topic();
  onEvent({ kind: 'topic', sourceTopic: look.id, targetTopic: created, title: look.title });
  log.info('topic_created', { sourceTopic: look.id, targetTopic: created });
  return created;
}

async function createWithIcon(options: RouterOptions, look: TopicLook, creation: Creation): Promise<number> {
  const { client, target, signal } = options;
  const { title, iconColor, iconEmojiId } = look;
  const plain = { title, iconColor, ...creation };
  if (iconEmojiId === undefined) return createTopic(client, target, plain, signal);
  try {
    return await createTopic(client, target, { ...plain, iconEmojiId }, signal);
  } catch (error) {
    if (!isAboutIcon(error)) throw error;
    const created = await createTopic(client, target, plain, signal);
    noteReduction(options, look.id, 'topic_icon');
    return created;
  }
}

/** Most emoji icons need Premium. */
function isAboutIcon(error: unknown): boolean {
  if (!(error instanceof TelegramError)) return false;
  return error.errorMessage === 'PREMIUM_ACCOUNT_REQUIRED' || verdictOf(error) === 'message';
}

function outsideGeneral(topicId: number): number | undefined {
  return topicId === GENERAL_TOPIC ? undefined : topicId;
}

function topicGone(topicId: number, mapped: number, folder: string): UsageError {
  return new UsageError(
    'TOPIC_GONE',
    `Topic ${mapped} of the target, which takes the messages of topic ${topicId}, no longer exists: ` +
      `GONE_TOPICS=create (with AUTO_CREATE_TOPICS=yes) creates it again, and so does removing its entry from ${folder}/topic_map.json.`,
    { fields: { sourceTopic: topicId, targetTopic: mapped } },
  );
}

/** A chat's topics, requested when first needed and again for each missing one, because it may be new. */
type ListOptions = Pick<RouterOptions, 'client' | 'signal' | 'log'>;

class TopicList {
  readonly #options: ListOptions;
  readonly #chat: Chat;
  #topics: Map<number, Topic> | undefined;
  /** Created since the chat was listed. */
  readonly #added = new Set<number>();
  #refused = false;

  constructor(options: ListOptions, chat: Chat) {
    this.#options = options;
    this.#chat = chat;
  }

  /** The current topics; empty when the server doesn't list topics. */
  async fresh(): Promise<Topic[]> {
    await this.#load();
    return [...(this.#topics?.values() ?? [])];
  }

  async find(topicId: number): Promise<Topic | undefined> {
    if (!this.#topics?.has(topicId)) await this.#load();
    return this.#topics?.get(topicId);
  }

  /** Undefined when the server doesn't list topics. */
  async has(topicId: number): Promise<boolean | undefined> {
    if (this.#added.has(topicId)) return true;
    if (!this.#topics?.has(topicId)) await this.#load();
    return this.#refused ? undefined : Boolean(this.#topics?.has(topicId));
  }

  add(topicId: number): void {
    this.#added.add(topicId);
  }

  async #load(): Promise<void> {
    if (this.#refused) return;
    const { client, signal, log } = this.#options;
    try {
      const listed = await listTopics(client, this.#chat, signal);
      this.#topics = new Map(listed.map((topic) => [topic.id, topic]));
    } catch (error) {
      if (!(error instanceof TelegramError) || verdictOf(error) === 'run') throw error;
      this.#refused = true;
      log.warn('topics_unknown', { chat: this.#chat.id, error: error.errorMessage });
    }
  }
}
