import type { Clock } from '../../base/clock.js';
import { messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { MessageCrypto } from '../../crypto/message-crypto.js';
import type { Connection } from '../wire/connection.js';
import type { Packet } from '../wire/framing.js';
import type { DhGroup } from './dh.js';
import { EnvelopeError, openEnvelope } from './envelope.js';
import { Handshake, HandshakeError } from './handshake.js';
import type { Inbox } from './inbox.js';
import type { KeyStore } from './key-store.js';
import { serverMsgId } from './outbox.js';
import type { ServerKey } from './rsa.js';
import type { Session } from './session.js';
import type { SessionTable } from './session-table.js';
import { TlReader, TlWriter } from './tl-bytes.js';

export interface PeerOptions {
  readonly connection: Connection;
  readonly serverKey: ServerKey;
  readonly dhGroup: DhGroup;
  readonly keys: KeyStore;
  readonly sessions: SessionTable;
  readonly inbox: Inbox;
  readonly crypto: MessageCrypto;
  readonly clock: Clock;
  readonly log: Log;
}

/** The protocol of one connection: passes plain messages to the key exchange, encrypted ones to their session. */
export class Peer {
  readonly #options: PeerOptions;
  readonly #handshake: Handshake;
  readonly #attached = new Set<Session>();
  #lastPlainId = 0n;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.#handshake = new Handshake(options);
  }

  receive(packet: Packet): void {
    const { connection, log } = this.#options;
    try {
      if (packet.payload.length < 8)
        throw new EnvelopeError(`a packet can't have ${packet.payload.length} bytes`);
      if (packet.payload.readBigInt64LE(0) === 0n) this.#receivePlain(packet);
      else this.#receiveEncrypted(packet);
    } catch (error) {
      log.warn('packet_refused', { connection: connection.id, dc: connection.dcId, error: messageOf(error) });
      if (error instanceof HandshakeError) connection.fail(error.transportCode);
      else if (error instanceof EnvelopeError || error instanceof RangeError) connection.drop();
      else throw error;
    }
  }

  /** Called when the connection has closed. */
  close(): void {
    for (const session of this.#attached) session.detach(this.#options.connection);
    this.#attached.clear();
    this.#options.sessions.trim();
  }

  /** A plain message: auth_key_id 0, message id, length, body. */
  #receivePlain({ payload, padded }: Packet): void {
    const reader = new TlReader(payload, 8);
    if (reader.long() % 4n !== 0n) throw new HandshakeError('a message id of a client is a multiple of 4');
    const body = reader.raw(reader.int());
    if (reader.remaining > 0 && !(padded && reader.remaining < 16))
      throw new HandshakeError('bytes are left over');
    const answer = this.#handshake.answer(body);
    if (!answer) return;
    this.#lastPlainId = serverMsgId(this.#options.clock, this.#lastPlainId, true);
    const head = new TlWriter().long(0n).long(this.#lastPlainId).uint(answer.length).finish();
    this.#options.connection.send([head, answer]);
  }

  #receiveEncrypted({ payload, padded, quickAck }: Packet): void {
    const { connection, keys, sessions, inbox, crypto, clock } = this.#options;
    const key = keys.find(payload.readBigInt64LE(0), Math.floor(clock.now() / 1000));
    if (!key) {
      connection.fail(-404);
      return;
    }
    const envelope = openEnvelope(crypto, payload, key.key, padded);
    if (quickAck) connection.sendQuickAck(envelope.quickAckToken);
    const session = sessions.open(key, envelope.sessionId);
    this.#attached.add(session);
    session.attach(connection);
    inbox.receive(session, connection, envelope, envelope.salt);
  }
}
