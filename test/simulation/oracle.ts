import { deepEqual } from 'node:assert/strict';
import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { Chat, Topic } from '../../lib/sandbox/world/model.js';
import {
  assertSameMessages,
  isCloneable,
  type SeenMessage,
  seenMessages,
  withoutPremium,
} from '../support/chat-content.js';
import type { Scene } from './content.js';

/** Throws unless the target is what one undisturbed run would have made of the source. */
export async function assertCloned(sandbox: Sandbox, scene: Scene): Promise<void> {
  const target = await seenMessages(sandbox, scene.target, isCloneable);
  assertSameMessages(await wantedMessages(sandbox, scene), target);
  assertTopics(sandbox, scene);
}

/** What an undisturbed run sends. */
async function wantedMessages(sandbox: Sandbox, scene: Scene): Promise<SeenMessage[]> {
  const seen = await seenMessages(sandbox, scene.source, (message) => isWanted(sandbox, scene, message));
  const keepsEmoji = scene.me.premium || scene.target.id === scene.me.id;
  return seen.map(({ id, look }) => ({
    id,
    look: { ...(keepsEmoji ? look : withoutPremium(look)), topic: landing(scene, look.topic) },
  }));
}

/** Telegram makes no file without bytes. */
function isWanted({ files }: Sandbox, { sourceTopic }: Scene, message: Message): boolean {
  const { media, topicId } = message;
  const empty = media?.kind === 'document' && files.get(media.fileId)?.size === 0;
  return isCloneable(message) && !empty && (sourceTopic === undefined || topicId === sourceTopic);
}

/** The title of the topic that a message lands in. */
function landing(
  { target, targetTopic, autoCreateTopics }: Scene,
  sourceTitle: string | undefined,
): string | undefined {
  if (targetTopic !== undefined) return target.topics.get(targetTopic)?.title;
  if (!target.forum) return undefined;
  return autoCreateTopics ? sourceTitle : 'General';
}

/** Each topic once, with the look of its original, in the order of their creation; and each message in its own. */
function assertTopics(sandbox: Sandbox, scene: Scene): void {
  const { source, target, sourceTopic, targetTopic, autoCreateTopics } = scene;
  if (!autoCreateTopics || targetTopic !== undefined) return;
  const wanted = [...source.topics.values()].filter(
    ({ id }) => sourceTopic === undefined || id === sourceTopic || id === 1,
  );
  const got = [...target.topics.values()];
  const look = ({ title, iconColor }: Topic): string => `${title} ${iconColor}`;
  deepEqual(got.map(look), wanted.map(look), 'The topics differ.');
  // Topics of one title are told apart by their order.
  const places = (chat: Chat, topics: readonly Topic[]): number[] =>
    cloneable(sandbox, scene, chat).map(({ topicId }) => topics.findIndex(({ id }) => id === topicId));
  deepEqual(places(target, got), places(source, wanted), 'A message is in the wrong one of two topics.');
}

function cloneable(sandbox: Sandbox, scene: Scene, chat: Chat): Message[] {
  const wanted = (message: Message): boolean =>
    chat === scene.source ? isWanted(sandbox, scene, message) : isCloneable(message);
  return sandbox.world.messagesWith(chat.creator, chat.id).filter(wanted);
}
