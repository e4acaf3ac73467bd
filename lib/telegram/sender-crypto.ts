import { randomFillSync } from 'node:crypto';
import { InvalidBufferError, SecurityError } from 'telegram/errors/Common.js';
import { BinaryReader } from 'telegram/extensions/BinaryReader.js';
import type { MTProtoSender } from 'telegram/network/MTProtoSender.js';
import type { MTProtoState } from 'telegram/network/MTProtoState.js';
import type { ReceivedIdsManager } from 'telegram/network/ReceivedIdsManager.js';
import { TLMessage } from 'telegram/tl/core/TLMessage.js';
import { MESSAGE_HEAD_BYTES, type MessageCrypto } from '../crypto/message-crypto.js';
import { fromLong, type Long } from './long.js';

/** Salt, session_id, msg_id, seqno and length, in front of a message's body. */
const INNER_HEAD_BYTES = 32;
const MIN_PADDING = 12;
const MAX_PADDING = 1024;

/** What the library keeps to itself of a connection's state. */
interface Inside {
  readonly authKey: { readonly keyId?: Long; getKey(): Buffer | undefined; waitForKey(): Promise<void> };
  readonly receivedIds: ReceivedIdsManager;
}

/**
 * Lets a connection of the library seal and open its messages by `crypto` instead of by the library's own JavaScript.
 * Only this connection changes; the rest of the library stays as it is.
 */
export function useCrypto(sender: MTProtoSender, crypto: MessageCrypto): void {
  const state = Reflect.get(sender, '_state') as MTProtoState;
  state.encryptMessageData = (data) => seal(state, data, crypto);
  state.decryptMessageData = async (packet) => open(state, packet, crypto);
}

/** `data` is msg_id, seqno, length and body. */
async function seal(state: MTProtoState, data: Buffer, crypto: MessageCrypto): Promise<Buffer<ArrayBuffer>> {
  const { authKey } = insideOf(state);
  await authKey.waitForKey();
  const { key, keyId } = known(authKey);
  const used = MESSAGE_HEAD_BYTES + 16 + data.length;
  const padding = MIN_PADDING + (-(16 + data.length + MIN_PADDING) & 15);
  const packet = Buffer.allocUnsafe(used + padding);
  packet.writeBigInt64LE(keyId, 0);
  packet.writeBigInt64LE(fromLong(state.salt), MESSAGE_HEAD_BYTES);
  packet.writeBigInt64LE(fromLong(state.sessionId), MESSAGE_HEAD_BYTES + 8);
  data.copy(packet, MESSAGE_HEAD_BYTES + 16);
  randomFillSync(packet, used, padding);
  crypto.sealMessage(packet, key, 'client');
  return packet;
}

/**
 * Decrypts in place: the library reads each packet into bytes that nobody else looks at. Every check of
 * core.telegram.org/mtproto/security_guidelines that isn't the dispatcher's.
 */
function open(state: MTProtoState, packet: Buffer, crypto: MessageCrypto): TLMessage {
  const { authKey, receivedIds } = insideOf(state);
  // Four bytes instead of a message are the transport's complaint; the library reads its code.
  if (packet.length < 8) throw new InvalidBufferError(packet);
  const { key, keyId } = known(authKey);
  if (packet.readBigInt64LE(0) !== keyId) throw new SecurityError('Server replied with an invalid auth key');
  const size = packet.length - MESSAGE_HEAD_BYTES;
  if (size < INNER_HEAD_BYTES + MIN_PADDING || size % 16 !== 0)
    throw new SecurityError(`A message can't have ${packet.length} bytes`);
  const plain = packet.subarray(MESSAGE_HEAD_BYTES);
  if (!crypto.openMessage(packet, key, 'server', plain))
    throw new SecurityError("Received msg_key doesn't match with expected one");
  const length = plain.readInt32LE(28);
  const padding = size - INNER_HEAD_BYTES - length;
  if (length < 0 || length % 4 !== 0 || padding < MIN_PADDING || padding > MAX_PADDING)
    throw new SecurityError(`A message of ${length} bytes can't have ${padding} bytes of padding`);
  if (plain.readBigInt64LE(8) !== fromLong(state.sessionId))
    throw new SecurityError('Server replied with a wrong session ID');
  const reader = new BinaryReader(plain.subarray(16, size - padding));
  const msgId = reader.readLong();
  const registered = receivedIds.registerMsgId(msgId);
  if (registered !== 'success') throw new SecurityError(`Rejected message: ${registered}`);
  receivedIds.shrink();
  const seqno = reader.readInt();
  reader.readInt(); // the length
  return new TLMessage(msgId, seqno, reader.tgReadObject());
}

function insideOf(state: MTProtoState): Inside {
  return state as unknown as Inside;
}

function known(authKey: Inside['authKey']): { key: Buffer; keyId: bigint } {
  const key = authKey.getKey();
  if (!key || authKey.keyId === undefined) throw new SecurityError('Auth key unset');
  return { key, keyId: fromLong(authKey.keyId) };
}
