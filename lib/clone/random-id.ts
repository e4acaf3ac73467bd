import { createHash } from 'node:crypto';
import { idInChat, isOlder } from '../base/source-ids.js';

/** What a send is named after. Chat ids are marked. */
export interface SendIdentity {
  readonly jobId: string;
  readonly sourceId: number;
  /** The basic group that the source was, of which the older history is. */
  readonly formerSourceId?: number | undefined;
  readonly targetId: number;
}

/**
 * The random_id of a message's copy: the first 8 bytes of SHA-256 over job, source chat, source message and target
 * chat, as a signed 64-bit integer. A call that is repeated after a crash has the same one, so Telegram sends nothing
 * twice; --restart makes a new job id, so that it sends again.
 */
export function messageRandomId(identity: SendIdentity, messageId: number): bigint {
  const { sourceId, formerSourceId = sourceId } = identity;
  // The message's own chat, and its id there: the same before the upgrade and after it.
  const own = isOlder(messageId) ? { ...identity, sourceId: formerSourceId } : identity;
  return hash(own, `message:${idInChat(messageId)}`);
}

/**
 * The random_id of the creation of a source topic's counterpart (messages.createForumTopic). `generation`: how often it
 * was forgotten, to have it created again.
 */
export function topicRandomId(identity: SendIdentity, topicId: number, generation = 0): bigint {
  return hash(identity, `topic:${topicId}${generation > 0 ? `:${generation}` : ''}`);
}

function hash({ jobId, sourceId, targetId }: SendIdentity, what: string): bigint {
  const digest = createHash('sha256').update([jobId, sourceId, what, targetId].join('\n')).digest();
  // Telegram takes 0 for no random_id.
  return digest.readBigInt64BE(0) || 1n;
}
