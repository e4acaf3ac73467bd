import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import { bareId } from '../../lib/sandbox/world/peer-id.js';
import { type Look, seenMessages } from '../support/chat-content.js';
import type { Asked } from './asked.js';
import type { JobScene, Scene, TargetChat } from './content.js';
import type { Circumstances } from './expected.js';
import type { JobRecord } from './records.js';

/** One job as the oracle sees it: both chats, straight from the sandbox's world, and the ledger's record. */
export interface JobView {
  readonly scene: Scene;
  readonly job: JobScene;
  readonly record: JobRecord;
  readonly asked: Asked;
  /** The source's messages that were to be cloned, service messages too, oldest first. */
  readonly originals: readonly Message[];
  readonly around: Circumstances;
  /** The items of a message's album in the source, or the message alone. */
  postOf(message: Message): readonly Message[];
  /** The target's message. */
  copyOf(id: number | undefined): Message | undefined;
  /** How a message of the source or of the target looks; not for service messages. */
  lookOf(message: Message): Look;
  /** The full name of whoever a message is from: of the chat itself, if nobody else is named. */
  nameOf(id: number | undefined): string | undefined;
  /** The source message to which a link leads, itself or by its copy. */
  linkedBy(url: string): { readonly original: number; readonly isCopy: boolean } | undefined;
}

export async function viewOf(
  { sandbox, scene, job, asked }: Pick<JobView, 'scene' | 'job' | 'asked'> & { readonly sandbox: Sandbox },
  record: JobRecord,
): Promise<JobView> {
  const { me, target, ways } = scene;
  const { sourceTopic } = job;
  const { world } = sandbox;
  // In a basic group, an id belongs to one member's box.
  const source = { ...job.source, creator: me.id };
  const originals = messagesIn(sandbox, source).filter(
    ({ topicId }) => sourceTopic === undefined || topicId === sourceTopic,
  );
  const copies = new Map(messagesIn(sandbox, target).map((message) => [message.id, message]));
  const looks = new Map<Message, Look>();
  for (const chat of [source, target]) {
    const messages = new Map(messagesIn(sandbox, chat).map((message) => [message.id, message]));
    for (const { id, look } of await seenMessages(sandbox, chat)) {
      const message = messages.get(id);
      if (message) looks.set(message, look);
    }
  }
  const originalOf = new Map([...record.copies].map(([from, to]) => [to, from]));
  const kind = world.chat(target.id)?.kind === 'broadcast' ? 'channel' : 'group';
  return {
    scene,
    job,
    record,
    asked,
    originals,
    postOf: (message) =>
      message.groupedId === undefined
        ? [message]
        : originals.filter(({ groupedId }) => groupedId === message.groupedId),
    around: {
      target: target.id === me.id ? 'saved' : kind,
      me: me.id,
      ways,
      now: world.nowSeconds(),
      storyOf: (peer, id) => world.state.stories?.get(peer)?.get(id),
    },
    copyOf: (id) => (id === undefined ? undefined : copies.get(id)),
    lookOf(message) {
      const look = looks.get(message);
      if (!look) throw new Error(`Message ${message.id} has no look.`);
      return look;
    },
    nameOf(id) {
      const account = id === undefined ? undefined : world.account(id);
      if (!account) return world.chat(id ?? source.id)?.title;
      return [account.firstName, account.lastName].filter(Boolean).join(' ');
    },
    linkedBy(url) {
      const [, chat, id] = /^https:\/\/t\.me\/c\/(\d+)\/(\d+)$/.exec(url) ?? [];
      if (chat === undefined) return undefined;
      if (Number(chat) === bareId(source.id)) return { original: Number(id), isCopy: false };
      const original = Number(chat) === bareId(target.id) ? originalOf.get(Number(id)) : undefined;
      return original === undefined ? undefined : { original, isCopy: true };
    },
  };
}

/** All messages of a chat, oldest first; of a basic group, those in its creator's box. */
export function messagesIn({ world }: Sandbox, chat: Pick<TargetChat, 'id' | 'creator'>): readonly Message[] {
  return world.messagesWith(chat.creator, chat.id);
}
