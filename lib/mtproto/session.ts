import type { Clock } from '../base/clock.js';
import type { Random } from '../base/random.js';
import { type Answer, constructorAt, readAnswer, unpackGzip } from './answers.js';
import { BODY_AT, EnvelopeError, layOut, packetLength, readOpened, type SessionKey } from './envelope.js';
import { FRAME_HEAD_BYTES } from './framing.js';
import { MessageNumbers, ReceivedIds, type ServerTime } from './message-numbers.js';
import type { PartBuffers } from './parts/buffers.js';
import { lengthOf, type Request } from './request.js';
import type { Salts } from './salts.js';
import { readServiceMessage, type ServiceMessage } from './service-messages.js';
import { bytesTail, Tl, TlWriter } from './tl.js';

/** Facts that a session needs about its server, most of it shared by all sessions under one key. */
export interface SessionOptions {
  readonly key: SessionKey;
  readonly salts: Salts;
  readonly time: ServerTime;
  readonly buffers: PartBuffers;
  readonly clock: Clock;
  readonly random: Random;
}

/** The owner of the session's requests. Ids are those of messages. */
export interface SessionHandler {
  /** The kind of the request that waits for an answer to this message; undefined when none does. */
  kindOf(requestId: bigint): Request['kind'] | undefined;
  /** Returns whether it keeps the memory of `answer`'s bytes; it may if `mayKeep`, and copies them otherwise. */
  onAnswer(requestId: bigint, answer: Answer, mayKeep: boolean): boolean;
  /** The server has not accepted this request: it is sent again, in a message of its own. */
  onRefused(requestId: bigint): void;
  /** These requests will not be answered, and the server may or may not have accepted them. */
  onForgotten(isIt: (requestId: bigint) => boolean): void;
  /** The server asks for this request once more, unchanged. */
  onWantedAgain(requestId: bigint): void;
  /** The server's answer about the messages that the question asked about. */
  onStates(questionId: bigint, states: Buffer): void;
  /** Sends a service message. */
  onReply(body: Buffer): void;
  /**
   * Receives messages that the server sends of its own accord: the TL of updates, overwritten after the call returns.
   */
  onPush(body: Buffer): void;
}

/** The numbers that identify a message. */
export interface Identity {
  readonly sessionId: bigint;
  readonly msgId: bigint;
  readonly seqno: number;
}

/** A message that is ready to be sealed. */
export interface Outgoing {
  readonly identity: Identity;
  /** The message's packet, after room for its framing; from `buffers`. */
  readonly frame: Buffer;
}

/** bad_msg_notification codes: msg_id too low, too high. */
const BAD_TIME = new Set([16, 17]);
/** msg_seqno too low, too high, should be even, should be odd. */
const BAD_SEQNO = new Set([32, 33, 34, 35]);
/** The message is too old for the server to know whether it has arrived. */
const BAD_AGE = 20;

/** The client's side of one MTProto session: numbers outgoing messages and sorts incoming ones. */
export class Session {
  readonly #options: SessionOptions;
  readonly #handler: SessionHandler;
  readonly #numbers: MessageNumbers;
  readonly #received = new ReceivedIds();
  #id: bigint;
  /** Sessions that were given up; answers to requests sent in them still arrive. */
  readonly #formerIds = new Set<bigint>();
  /** The session of the message that is being read. */
  #receiving: bigint;
  #toAcknowledge: bigint[] = [];

  constructor(options: SessionOptions, handler: SessionHandler) {
    this.#options = options;
    this.#handler = handler;
    this.#numbers = new MessageNumbers(options.clock, options.time);
    this.#id = this.#newId();
    this.#receiving = this.#id;
  }

  /** How many content messages of the server aren't acknowledged yet. */
  get unacknowledged(): number {
    return this.#toAcknowledge.length;
  }

  /** msgs_ack for all of them. */
  takeAcknowledgement(): Buffer {
    const ids = this.#toAcknowledge;
    this.#toAcknowledge = [];
    return new TlWriter().uint(Tl.msgs_ack).longs(ids).finish();
  }

  /**
   * Writes a request in a message of its own, with `introduction` in front of it. `again`: the message that it was sent
   * in before.
   */
  writeRequest(request: Request, introduction: Buffer | undefined, again?: Identity): Outgoing {
    const { head, payload } = request;
    const length = (introduction?.length ?? 0) + lengthOf(request);
    return this.#write(length, again ?? this.#newIdentity(true), (body) => {
      let at = introduction?.copy(body) ?? 0;
      at += head.copy(body, at);
      if (!payload) return;
      at += payload.copy(body, at);
      body.fill(0, at, at + bytesTail(payload.length));
    });
  }

  /** Writes a service message; `content`: one that is answered or acknowledged. */
  writeService(message: Buffer, content: boolean): Outgoing {
    return this.#write(message.length, this.#newIdentity(content), (body) => message.copy(body));
  }

  /** Takes an opened packet; `kept`: the session owns its memory now. Throws if it is damaged. */
  receive(packet: Buffer, kept: boolean): void {
    const { buffers } = this.#options;
    const message = readOpened(packet);
    const memory: Memory = { data: packet, free: kept };
    if (message.sessionId !== this.#id && !this.#formerIds.has(message.sessionId)) {
      throw new EnvelopeError('a message of another session');
    }
    if ((message.msgId & 1n) === 0n) throw new EnvelopeError('a message id of a server is odd');
    this.#receiving = message.sessionId;
    this.#take(message.msgId, message.seqno, memory, message.start, message.end);
    if (memory.free) buffers.giveBack(packet);
  }

  #newIdentity(content: boolean): Identity {
    const msgId = this.#numbers.nextId();
    return { sessionId: this.#id, msgId, seqno: this.#numbers.nextSeqno(content) };
  }

  #write(length: number, identity: Identity, write: (body: Buffer) => void): Outgoing {
    const { buffers, salts } = this.#options;
    const frame = buffers.take(FRAME_HEAD_BYTES + packetLength(length));
    const packet = frame.subarray(FRAME_HEAD_BYTES);
    write(packet.subarray(BODY_AT, BODY_AT + length));
    layOut(packet, length, { salt: salts.current, ...identity }, this.#options);
    return { identity, frame };
  }

  #take(msgId: bigint, seqno: number, memory: Memory, at: number, end: number): void {
    const { data } = memory;
    const kind = constructorAt(data, at, end);
    if (seqno % 2 !== 0 && this.#receiving === this.#id) this.#toAcknowledge.push(msgId);
    // A repeat is acknowledged again, but not read again.
    if (!this.#received.add(msgId)) return;
    if (kind === Tl.msg_container) this.#openContainer(memory, at, end);
    else if (kind === Tl.rpc_result) this.#answer(memory, at, end);
    else if (kind === Tl.gzip_packed) {
      const plain = unpackGzip(data, at, end);
      this.#takeUnpacked({ data: plain, free: false }, plain.length, msgId);
    } else this.#serve(data, at, end, msgId);
  }

  #takeUnpacked(memory: Memory, end: number, msgId: bigint): void {
    const kind = constructorAt(memory.data, 0, end);
    if (kind === Tl.rpc_result) this.#answer(memory, 0, end);
    else this.#serve(memory.data, 0, end, msgId);
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
    if (at + 12 > end) throw new RangeError('an rpc_result ends before its message id');
    const requestId = memory.data.readBigInt64LE(at + 4);
    const kind = this.#handler.kindOf(requestId);
    if (kind === undefined) return;
    const answer = readAnswer(kind, memory.data, at + 12, end);
    const mayKeep = memory.free && answer.kind === 'file' && answer.bytes.buffer === memory.data.buffer;
    const keeps = this.#handler.onAnswer(requestId, answer, mayKeep);
    if (mayKeep && keeps) memory.free = false;
  }

  #serve(data: Buffer, at: number, end: number, msgId: bigint): void {
    const { salts } = this.#options;
    const message: ServiceMessage = readServiceMessage(data, at, end);
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
        if (this.#receiving === this.#id) this.#handler.onForgotten((id) => id < message.firstMsgId);
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
      case 'states':
        this.#handler.onStates(message.requestId, message.states);
        return;
      case 'push':
        this.#handler.onPush(data.subarray(at, end));
        return;
      case 'heard':
    }
  }

  /**
   * Gives up the session of a message with a wrong time or number; the server still answers the messages that it
   * accepted in it.
   */
  #takeBadMessage(badMsgId: bigint, code: number, msgId: bigint): void {
    const isTime = BAD_TIME.has(code);
    if (this.#receiving === this.#id && (isTime || BAD_SEQNO.has(code))) {
      if (isTime) this.#numbers.correctTime(msgId);
      this.#formerIds.add(this.#id);
      this.#id = this.#newId();
      this.#numbers.restart();
      this.#toAcknowledge = [];
    }
    if (code === BAD_AGE) this.#handler.onForgotten((id) => id === badMsgId);
    else this.#handler.onRefused(badMsgId);
  }

  /** msgs_state_info: 4 for a message that was received, 2 for one that wasn't. */
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
