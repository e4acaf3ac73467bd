import { createHash } from 'node:crypto';
import { idInChat, isOlder } from '../base/source-ids.js';

/** The parts that make up a send's random_id. Chat ids are marked. */
export interface SendIdentity {
  readonly jobId: string;
  readonly sourceId: number;
  /** The basic group that the source used to be, which holds the older history. */
  readonly formerSourceId?: number | undefined;
  readonly targetId: number;
}

/**
 * The random_id of a message's copy: the first 8 bytes of SHA-256 over job, source chat, source message and target
 * chat, as a signed 64-bit integer. A call that is repeated after a crash has the same one, so Telegram sends nothing
 * twice; --restart makes a new job id, so that everything is sent again.
 */
export function messageRandomId(identity: SendIdentity, messageId: number): bigint {
  const { sourceId, formerSourceId = sourceId } = identity;
  // The message's own chat and its id there don't change with the upgrade to a supergroup.
  const own = isOlder(messageId) ? { ...identity, sourceId: formerSourceId } : identity;
  return hash(own, `message:${idInChat(messageId)}`);
}

/**
 * The random_id of a message that continues a copy. It follows from the copy's own `randomId`, so it is another one when
 * the copy is sent again. `part` is 1 for the first after the copy itself.
 */
export function continuationRandomId(randomId: bigint, part: number): bigint {
  return eightBytes([randomId, `part:${part}`]);
}

/**
 * The random_id of a further message of a copy that is an album of its own, in the same way: `place` is 1 for the one
 * behind the first.
 */
export function itemRandomId(randomId: bigint, place: number): bigint {
  return eightBytes([randomId, `item:${place}`]);
}

/**
 * The random_id for creating a source topic's counterpart (messages.createForumTopic). `generation`: how often the
 * counterpart was forgotten so that it is created again.
 */
export function topicRandomId(identity: SendIdentity, topicId: number, generation = 0): bigint {
  return hash(identity, `topic:${topicId}${generation > 0 ? `:${generation}` : ''}`);
}

function hash({ jobId, sourceId, targetId }: SendIdentity, what: string): bigint {
  return eightBytes([jobId, sourceId, what, targetId]);
}

function eightBytes(parts: readonly (string | number | bigint)[]): bigint {
  const digest = createHash('sha256').update(parts.join('\n')).digest();
  // Telegram reads 0 as no random_id.
  return digest.readBigInt64BE(0) || 1n;
}
