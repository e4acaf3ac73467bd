import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import { assertSameMessages, isCloneable, type SeenMessage, seenMessages } from '../support/chat-content.js';
import type { Scene } from './content.js';

/** Throws unless the target is what one undisturbed run would have made of the source. */
export async function assertCloned(sandbox: Sandbox, scene: Scene): Promise<void> {
  assertSameMessages(
    await wantedMessages(sandbox, scene),
    await seenMessages(sandbox, scene.target, isCloneable),
  );
  assertTopics(scene);
}

/** What an undisturbed run sends. */
async function wantedMessages(sandbox: Sandbox, scene: Scene): Promise<SeenMessage[]> {
  const { source, sourceTopic } = scene;
  const chosen = (message: Message): boolean => sourceTopic === undefined || message.topicId === sourceTopic;
  const sendable = (message: Message): boolean =>
    isCloneable(message) && chosen(message) && !isEmptyFile(sandbox, message);
  const seen = await seenMessages(sandbox, source, sendable);
  return seen.map(({ id, look }) => ({ id, look: { ...look, topic: landing(scene, look.topic) } }));
}

/** Telegram makes no file without bytes. */
function isEmptyFile({ files }: Sandbox, { media }: Message): boolean {
  return media?.kind === 'document' && files.get(media.fileId)?.size === 0;
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

/** Each topic once, with the look of its original; in the order of their creation. */
function assertTopics({ source, target, sourceTopic, targetTopic, autoCreateTopics }: Scene): void {
  if (!autoCreateTopics || targetTopic !== undefined) return;
  const look = ({ title, iconColor }: { title: string; iconColor: number }): string =>
    `${title} ${iconColor}`;
  const wanted = [...source.topics.values()].filter(
    ({ id }) => sourceTopic === undefined || id === sourceTopic || id === 1,
  );
  const [before, after] = [wanted.map(look), [...target.topics.values()].map(look)];
  if (String(before) !== String(after))
    throw new Error(`The topics are ${after.join(', ')} instead of ${before.join(', ')}.`);
}
