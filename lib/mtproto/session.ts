import type { Clock } from '../base/clock.js';
import type { Random } from '../base/random.js';
import { type Answer, constructorAt, readAnswer, unpackGzip } from './answers.js';
import { BODY_AT, EnvelopeError, layOut, type PartKey, packetLength, readOpened } from './envelope.js';
import { MessageNumbers, ReceivedIds, type ServerTime } from './message-numbers.js';
import type { PartBuffers } from './parts/buffers.js';
import { lengthOf, type PartRequest } from './parts/request.js';
import type { Salts } from './salts.js';
import { readServiceMessage, type ServiceMessage } from './service-messages.js';
import { FRAME_HEAD_BYTES } from './socket.js';
import { bytesTail, Tl, TlWriter } from './tl.js';

/** What a session needs to know of its server, most of it shared by all sessions under one key. */
export interface PartSessionOptions {
  readonly key: PartKey;
  readonly salts: Salts;
  readonly time: ServerTime;
  readonly buffers: PartBuffers;
  readonly clock: Clock;
  readonly random: Random;
}

/** Who holds the session's requests. */
export interface PartSessionHandler {
  /** Answers whether it keeps the memory of `answer`'s bytes; it may when `mayKeep`, and copies them otherwise. */
  onAnswer(requestId: bigint, answer: Answer, mayKeep: boolean): boolean;
  /** The server has not taken this request: it goes again, in a message of its own. */
  onRefused(requestId: bigint): void;
  /** As onRefused, of all requests with ids below this one; of all when it is undefined. */
  onForgotten(below: bigint | undefined): void;
  /** A request that the server wants to have once more, as it was. */
  onWantedAgain(requestId: bigint): void;
  /** Sends a service message. */
  onReply(body: Buffer): void;
}

/** A message that is ready to be sealed. */
export interface Outgoing {
  readonly msgId: bigint;
  /** Its packet, behind room for its framing; from `buffers`. */
  readonly frame: Buffer;
}

/** bad_msg_notification: msg_id too low, too high. */
const BAD_TIME = new Set([16, 17]);
/** msg_seqno too low, too high, should be even, should be odd. */
const BAD_SEQNO = new Set([32, 33, 34, 35]);

/** The client's side of one MTProto session: numbers what goes out, sorts what comes in. */
export class PartSession {
  readonly #options: PartSessionOptions;
  readonly #handler: PartSessionHandler;
  readonly #numbers: MessageNumbers;
  readonly #received = new ReceivedIds();
  #id: bigint;
  #formerId: bigint | undefined;
  #toAcknowledge: bigint[] = [];

  constructor(options: PartSessionOptions, handler: PartSessionHandler) {
    this.#options = options;
    this.#handler = handler;
    this.#numbers = new MessageNumbers(options.clock, options.time);
    this.#id = this.#newId();
  }

  /** Content messages of the server that it doesn't know to have arrived. */
  get unacknowledged(): number {
    return this.#toAcknowledge.length;
  }

  /** msgs_ack for all of them. */
  takeAcknowledgement(): Buffer {
    const ids = this.#toAcknowledge;
    this.#toAcknowledge = [];
    return new TlWriter().uint(Tl.msgs_ack).longs(ids).finish();
  }

  /** A request in a message of its own. `introduction` goes in front of it. */
  writeRequest(request: PartRequest, introduction: Buffer | undefined): Outgoing {
    const { head, payload } = request;
    const length = (introduction?.length ?? 0) + lengthOf(request);
    return this.#write(length, true, (body) => {
      let at = introduction?.copy(body) ?? 0;
      at += head.copy(body, at);
      if (!payload) return;
      at += payload.copy(body, at);
      body.fill(0, at, at + bytesTail(payload.length));
    });
  }

  /** A service message; `content`: one that is answered or acknowledged. */
  writeService(message: Buffer, content: boolean): Outgoing {
    return this.#write(message.length, content, (body) => message.copy(body));
  }

  /** Takes an opened packet; `kept`: its memory is the session's now. Throws for one that is damaged. */
  receive(packet: Buffer, kept: boolean): void {
    const { buffers } = this.#options;
    const message = readOpened(packet);
    const memory: Memory = { data: packet, free: kept };
    if (message.sessionId !== this.#id) {
      if (message.sessionId !== this.#formerId) throw new EnvelopeError('a message of another session');
    } else if ((message.msgId & 1n) === 0n) {
      throw new EnvelopeError('a message id of a server is odd');
    } else {
      this.#take(message.msgId, message.seqno, memory, message.start, message.end);
    }
    if (memory.free) buffers.giveBack(packet);
  }

  #write(length: number, content: boolean, write: (body: Buffer) => void): Outgoing {
    const { buffers, salts } = this.#options;
    const frame = buffers.take(FRAME_HEAD_BYTES + packetLength(length));
    const packet = frame.subarray(FRAME_HEAD_BYTES);
    write(packet.subarray(BODY_AT, BODY_AT + length));
    const msgId = this.#numbers.nextId();
    const seqno = this.#numbers.nextSeqno(content);
    layOut(packet, length, { salt: salts.current, sessionId: this.#id, msgId, seqno }, this.#options);
    return { msgId, frame };
  }

  #take(msgId: bigint, seqno: number, memory: Memory, at: number, end: number): void {
    const { data } = memory;
    const kind = constructorAt(data, at, end);
    if (seqno % 2 !== 0) this.#toAcknowledge.push(msgId);
    // A repeat is acknowledged again, and not read again.
    if (!this.#received.add(msgId)) return;
    if (kind === Tl.msg_container) this.#openContainer(memory, at, end);
    else if (kind === Tl.rpc_result) this.#answer(memory, at, end);
    else if (kind === Tl.gzip_packed) {
      const plain = unpackGzip(data, at, end);
      this.#takeUnpacked({ data: plain, free: false }, plain.length, msgId);
    } else this.#serve(readServiceMessage(data, at, end), msgId);
  }

  #takeUnpacked(memory: Memory, end: number, msgId: bigint): void {
    const kind = constructorAt(memory.data, 0, end);
    if (kind === Tl.rpc_result) this.#answer(memory, 0, end);
    else this.#serve(readServiceMessage(memory.data, 0, end), msgId);
  }

  /** msg_container: messages one after another, none of them a container. */
  #openContainer(memory: Memory, at: number, end: number): void {
    const { data } = memory;
    let next = at + 8;
    for (let count = data.readUInt32LE(at + 4); count > 0; count -= 1) {
      const start = next + 16;
      if (start > end) throw new EnvelopeError('a container is cut short');
      next = start + data.readInt32LE(start - 4);
      if (next < start + 4 || next > end || constructorAt(data, start, next) === Tl.msg_container) {
        throw new EnvelopeError('a container is damaged');
      }
      this.#take(data.readBigInt64LE(start - 16), data.readInt32LE(start - 8), memory, start, next);
    }
  }

  #answer(memory: Memory, at: number, end: number): void {
    const answer = readAnswer(memory.data, at + 12, end);
    const mayKeep = memory.free && answer.kind === 'file' && answer.bytes.buffer === memory.data.buffer;
    const keeps = this.#handler.onAnswer(memory.data.readBigInt64LE(at + 4), answer, mayKeep);
    if (mayKeep && keeps) memory.free = false;
  }

  #serve(message: ServiceMessage, msgId: bigint): void {
    const { salts } = this.#options;
    switch (message.kind) {
      case 'salt':
        salts.correct(message.salt);
        this.#handler.onRefused(message.badMsgId);
        return;
      case 'bad-message':
        this.#takeBadMessage(message.badMsgId, message.code, msgId);
        return;
      case 'new-session':
        salts.correct(message.salt);
        this.#handler.onForgotten(message.firstMsgId);
        return;
      case 'future-salts':
        salts.learn(message.salts);
        return;
      case 'detailed-info':
        if (this.#received.has(message.answerId)) this.#toAcknowledge.push(message.answerId);
        else this.#handler.onReply(new TlWriter().uint(Tl.msg_resend_req).longs([message.answerId]).finish());
        return;
      case 'state-request':
        this.#handler.onReply(this.#stateInfo(msgId, message.msgIds));
        return;
      case 'resend-request':
        for (const wanted of message.msgIds) this.#handler.onWantedAgain(wanted);
        return;
      case 'other':
    }
  }

  #takeBadMessage(badMsgId: bigint, code: number, msgId: bigint): void {
    if (BAD_TIME.has(code)) this.#numbers.correctTime(msgId);
    else if (!BAD_SEQNO.has(code)) {
      this.#handler.onRefused(badMsgId);
      return;
    }
    this.#formerId = this.#id;
    this.#id = this.#newId();
    this.#numbers.restart();
    this.#received.clear();
    this.#toAcknowledge = [];
    this.#handler.onForgotten(undefined);
  }

  /** msgs_state_info: 4 for a message that was received, 2 for one that was not. */
  #stateInfo(requestId: bigint, msgIds: readonly bigint[]): Buffer {
    const states = Buffer.from(msgIds.map((msgId) => (this.#received.has(msgId) ? 4 : 2)));
    return new TlWriter().uint(Tl.msgs_state_info).long(requestId).string(states).finish();
  }

  #newId(): bigint {
    return this.#options.random.bytes(8).readBigInt64LE(0);
  }
}

/** A packet's memory, and whether it can be given to the one answer that is kept. */
interface Memory {
  readonly data: Buffer;
  free: boolean;
}
