import { randomBytes } from 'node:crypto';
import type { Clock } from '../../base/clock.js';
import { atEndOfTurn } from '../../base/turn.js';
import type { MessageCrypto } from '../../crypto/message-crypto.js';
import type { Connection } from '../wire/connection.js';
import { Tl } from './constructors.js';
import { sealEnvelope } from './envelope.js';
import type { StoredKey } from './key-store.js';
import { BadMsg, ReceivedMessages } from './message-rules.js';
import { Outbox, type Sending } from './outbox.js';
import { RequestLog } from './request-log.js';
import { currentSalt, isValidSalt } from './salts.js';
import { TlWriter } from './tl-bytes.js';

/** A client's session: it belongs to an auth key and outlives its connections. */
export class Session {
  readonly id: bigint;
  readonly key: StoredKey;
  readonly received = new ReceivedMessages();
  readonly requests = new RequestLog();
  readonly outbox: Outbox;
  /** A session gets updates once it has made a request outside invokeWithoutUpdates. */
  wantsUpdates = false;
  readonly #clock: Clock;
  readonly #crypto: MessageCrypto;
  #connection: Connection | undefined;
  #announced = false;
  #missedUpdates = false;
  #toAcknowledge: bigint[] = [];
  readonly #scheduleFlush = atEndOfTurn(() => this.#flush());

  constructor(id: bigint, key: StoredKey, clock: Clock, crypto: MessageCrypto) {
    this.id = id;
    this.key = key;
    this.outbox = new Outbox(clock);
    this.#clock = clock;
    this.#crypto = crypto;
  }

  /** The connection that the client last used; undefined when it has closed. */
  get connection(): Connection | undefined {
    return this.#connection;
  }

  /** The client uses this connection from now on. Messages that it has not acknowledged are sent once more. */
  attach(connection: Connection): void {
    if (this.#connection === connection) return;
    this.#connection = connection;
    this.outbox.repeatAll();
    if (this.#missedUpdates) {
      this.#missedUpdates = false;
      this.outbox.add([new TlWriter().uint(Tl.updatesTooLong).finish()], { content: true });
    }
    this.#scheduleFlush();
  }

  detach(connection: Connection): void {
    if (this.#connection === connection) this.#connection = undefined;
  }

  /** Sends new_session_created before the session's first message is handled. */
  announce(firstMsgId: bigint): void {
    if (this.#announced) return;
    this.#announced = true;
    const body = new TlWriter()
      .uint(Tl.new_session_created)
      .long(firstMsgId)
      .raw(randomBytes(8))
      .long(currentSalt(this.key.key, this.now()))
      .finish();
    this.send([body], { content: true });
  }

  /**
   * Sends a message with the next packets; to an absent client, when it comes back, if the message is kept that long.
   */
  send(body: readonly Buffer[], sending: Sending): void {
    this.outbox.add(body, sending);
    this.#scheduleFlush();
  }

  /** A request that came before isn't run again: its answer, if it is still kept, is sent once more. */
  repeatAnswerTo(requestId: bigint): boolean {
    const answer = this.outbox.answerTo(requestId);
    return answer !== undefined && this.repeat(answer.msgId);
  }

  /** Sends a kept message again; false when there is none. */
  repeat(msgId: bigint): boolean {
    const message = this.outbox.kept(msgId);
    if (message) {
      this.outbox.repeat(message);
      this.#scheduleFlush();
    }
    return message !== undefined;
  }

  pushUpdates(body: readonly Buffer[]): void {
    if (this.#connection) this.send(body, { content: true });
    else this.#missedUpdates = true;
  }

  /** Acknowledges a request, unless its answer leaves with the same packets and acknowledges it. */
  acknowledgeLater(msgId: bigint): void {
    this.#toAcknowledge.push(msgId);
    this.#scheduleFlush();
  }

  refuse(msgId: bigint, seqno: number, code: number): void {
    const body = new TlWriter();
    if (code === BadMsg.badSalt) {
      const salt = currentSalt(this.key.key, this.now());
      body.uint(Tl.bad_server_salt).long(msgId).uint(seqno).uint(code).long(salt);
    } else {
      body.uint(Tl.bad_msg_notification).long(msgId).uint(seqno).uint(code);
    }
    this.send([body.finish()], { content: false, answerTo: msgId });
  }

  /** Takes a request back, as if it had never come: the client may send it again under the same id. */
  forgetRequest(msgId: bigint): void {
    this.received.forget(msgId);
    this.requests.forget(msgId);
  }

  isValidSalt(salt: bigint): boolean {
    const { firstSalt, key } = this.key;
    const now = this.now();
    return (firstSalt?.salt === salt && now < firstSalt.validUntil) || isValidSalt(key, salt, now);
  }

  /** Unix time in seconds. */
  now(): number {
    return Math.floor(this.#clock.now() / 1000);
  }

  #flush(): void {
    const connection = this.#connection;
    if (!connection) {
      this.outbox.discardWaiting();
      return;
    }
    const running = this.#toAcknowledge.filter((msgId) => this.requests.isRunning(msgId));
    this.#toAcknowledge = [];
    if (running.length > 0) {
      this.outbox.add([new TlWriter().uint(Tl.msgs_ack).longs(running).finish()], { content: false });
    }
    const salt = currentSalt(this.key.key, this.now());
    for (const { msgId, seqno, body } of this.outbox.take()) {
      const message = { salt, sessionId: this.id, msgId, seqno, body };
      connection.send([sealEnvelope(this.#crypto, message, this.key.id, this.key.key)]);
    }
  }
}
