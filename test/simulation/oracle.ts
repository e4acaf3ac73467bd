import { deepEqual, equal } from 'node:assert/strict';
import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { Chat, Topic } from '../../lib/sandbox/world/model.js';
import { GENERAL_TOPIC } from '../../lib/sandbox/world/topics.js';
import {
  asCopied,
  asForwarded,
  assertSameMessages,
  isCloneable,
  type SeenMessage,
  seenMessages,
  withoutPremium,
} from '../support/chat-content.js';
import type { JobScene, Scene, TargetChat } from './content.js';
import { type JobRecord, readRecords } from './records.js';

/**
 * Throws unless the target is what undisturbed runs would have made of the sources, and the ledger in `dataDir` agrees:
 * each copy belongs to one job, and each job's copies are its source in order.
 */
export async function assertCloned(sandbox: Sandbox, scene: Scene, dataDir: string): Promise<void> {
  const records = await readRecords(dataDir);
  const recordOf = ({ source }: JobScene): JobRecord => {
    const [record, ...others] = records.filter(({ sourceId }) => sourceId === source.id);
    if (!record || others.length > 0) throw new Error(`The ledger has not one job of source ${source.id}.`);
    return record;
  };
  equal(records.length, scene.jobs.length, 'The ledger has other jobs than those that ran.');
  assertClaimedOnce(sandbox, scene, records);
  for (const job of scene.jobs) await assertJob(sandbox, scene, job, recordOf(job));
  const [only, ...others] = scene.jobs;
  if (others.length > 0) return;
  // With a single job, the target shows everything by itself.
  assertSameMessages(
    await wantedMessages(sandbox, scene, only),
    await seenMessages(sandbox, scene.target, isCloneable),
  );
}

/** Each message and each topic of the target is in the ledger as the copy of one original, and nothing else is. */
function assertClaimedOnce(sandbox: Sandbox, { target, jobs }: Scene, records: readonly JobRecord[]): void {
  const inOrder = (ids: readonly number[]): number[] => [...ids].sort((one, other) => one - other);
  deepEqual(
    inOrder(records.flatMap(({ copies }) => [...copies.values()])),
    copiesIn(sandbox, target).map(({ id }) => id),
    'The ledger has other copies than the target.',
  );
  const given = new Set([GENERAL_TOPIC, ...jobs.map(({ targetTopic }) => targetTopic)]);
  deepEqual(
    inOrder(records.flatMap(({ topics }) => [...topics.values()])),
    [...target.topics.keys()].filter((id) => !given.has(id)),
    'The ledger has other topics than the target.',
  );
}

async function assertJob(sandbox: Sandbox, scene: Scene, job: JobScene, record: JobRecord): Promise<void> {
  const { target } = scene;
  const wanted = await wantedMessages(sandbox, scene, job);
  const ownIds = new Set(record.copies.values());
  const own = await seenMessages(sandbox, target, ({ id }) => ownIds.has(id));
  assertSameMessages(wanted, own);
  deepEqual(
    wanted.map(({ id }) => record.copies.get(id)),
    own.map(({ id }) => id),
    'The ledger takes one copy for another.',
  );
  assertTopics(sandbox, scene, job, record);
}

/** What an undisturbed run sends. */
async function wantedMessages(sandbox: Sandbox, scene: Scene, job: JobScene): Promise<SeenMessage[]> {
  const { me, target, via } = scene;
  // In a basic group, an id belongs to one member's box.
  const source = { ...job.source, creator: me.id };
  const seen = await seenMessages(sandbox, source, (message) => isWanted(job, message));
  const isForward = via === 'forward';
  const keepsEmoji = isForward || me.premium || target.id === me.id;
  return seen.map(({ id, look: original }) => {
    const look = isForward ? asForwarded(original) : asCopied(original);
    const topic = landing(target, job, look.topic);
    return { id, look: { ...(keepsEmoji ? look : withoutPremium(look)), topic } };
  });
}

function isWanted({ sourceTopic }: JobScene, message: Message): boolean {
  const { topicId } = message;
  return isCloneable(message) && (sourceTopic === undefined || topicId === sourceTopic);
}

/** The title of the topic that a message lands in. */
function landing(
  target: TargetChat,
  { targetTopic, autoCreateTopics }: JobScene,
  sourceTitle: string | undefined,
): string | undefined {
  if (targetTopic !== undefined) return target.topics.get(targetTopic)?.title;
  if (!target.forum) return undefined;
  return autoCreateTopics ? sourceTitle : 'General';
}

/** Each topic once, with the look of its original, in the order of their creation; and each message in its own. */
function assertTopics(sandbox: Sandbox, { target }: Scene, job: JobScene, record: JobRecord): void {
  const { source, sourceTopic, targetTopic, autoCreateTopics } = job;
  if (!autoCreateTopics || targetTopic !== undefined) return;
  const wanted = [...source.topics.values()].filter(
    ({ id }) => sourceTopic === undefined || id === sourceTopic || id === GENERAL_TOPIC,
  );
  const ownTopics = new Set([GENERAL_TOPIC, ...record.topics.values()]);
  const got = [...target.topics.values()].filter(({ id }) => ownTopics.has(id));
  const look = ({ title, iconColor }: Topic): string => `${title} ${iconColor}`;
  deepEqual(got.map(look), wanted.map(look), 'The topics differ.');
  // The order distinguishes topics with the same title.
  const places = (messages: readonly Message[], topics: readonly Topic[]): number[] =>
    messages.map(({ topicId }) => topics.findIndex(({ id }) => id === topicId));
  const ownIds = new Set(record.copies.values());
  deepEqual(
    places(
      copiesIn(sandbox, target).filter(({ id }) => ownIds.has(id)),
      got,
    ),
    places(
      messagesOf(sandbox, source).filter((message) => isWanted(job, message)),
      wanted,
    ),
    'A message is in the wrong one of two topics.',
  );
}

function copiesIn(sandbox: Sandbox, target: TargetChat): Message[] {
  return messagesOf(sandbox, target).filter(isCloneable);
}

function messagesOf({ world }: Sandbox, chat: Pick<Chat, 'id' | 'creator'>): readonly Message[] {
  return world.messagesWith(chat.creator, chat.id);
}
