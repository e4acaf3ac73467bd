import { linkAbort } from '../base/abort.js';
import { MIB } from '../base/bytes.js';
import type { MessageQueue } from '../crypto/message-queue.js';
import { connectionLost, timedOut } from '../refusals/telegram-error.js';
import type { Answer } from './answers.js';
import { PartCover } from './cover.js';
import type { PartRequest } from './parts/request.js';
import { Pulse, SilenceError } from './pulse.js';
import { type Outgoing, PartSession, type PartSessionHandler, type PartSessionOptions } from './session.js';
import { PartSocket } from './socket.js';
import { Tl, TlWriter } from './tl.js';

export interface PartConnectionOptions extends PartSessionOptions {
  readonly host: string;
  readonly port: number;
  /** Of all connections, so that messages of two are sealed or opened at once. */
  readonly queue: MessageQueue;
  /** invokeWithLayer and initConnection: see `introduction`. */
  readonly introduction: Buffer;
  /** Aborts when all is to close. */
  readonly closing: AbortSignal;
  /** The server has spoken: the connection can take many requests from now on. */
  readonly onProven: () => void;
  /** Called once. Requests that were under way have been rejected with CONNECTION_LOST or TIMEOUT. */
  readonly onClose: (reason: Error) => void;
}

/** A file's bytes are in memory from `buffers` and the receiver's own. */
export type PartAnswer = Answer;

/** A request that is under way. */
export interface PartCall {
  readonly answer: Promise<PartAnswer>;
  /** Nobody waits for the answer any more; `answer` never settles. */
  cancel(): void;
}

/** How often a connection is looked at. */
const TICK_MS = 1_000;
/** Requests wait in line while this many bytes wait for the kernel. */
const MOST_UNSENT_BYTES = MIB;
/** Acknowledgements are sent when there are so many, and at each tick. */
const ACKNOWLEDGE_AT = 8;
/** How often the server may refuse one message before the connection is given up. */
const MOST_SENDS = 5;

interface Pending {
  readonly request: PartRequest;
  readonly since: number;
  sends: number;
  msgId: bigint;
  resolve(answer: PartAnswer): void;
  reject(error: unknown): void;
}

/** One TCP connection and one MTProto session that carry parts and nothing else. */
export class PartConnection implements PartSessionHandler {
  readonly #options: PartConnectionOptions;
  readonly #session: PartSession;
  readonly #cover: PartCover;
  readonly #socket: PartSocket;
  readonly #life: ReturnType<typeof linkAbort>;
  readonly #waiting: Pending[] = [];
  readonly #pending = new Map<bigint, Pending>();
  #open = false;
  #proven = false;
  /** A request has been answered, so the server knows who speaks. */
  #introduced = false;
  #pingBytes = 0;
  #closed = false;

  constructor(options: PartConnectionOptions) {
    this.#options = options;
    this.#session = new PartSession(options, this);
    this.#cover = new PartCover(options.key, options.queue);
    this.#life = linkAbort(options.closing);
    this.#socket = new PartSocket({
      ...options,
      onOpen: () => this.#onOpen(),
      onPacket: (packet, kept) => this.#onPacket(packet, kept),
      onClose: (reason) => this.#onClose(reason),
    });
    this.#life.signal.addEventListener('abort', () => this.close(new Error('the client closes')), {
      once: true,
    });
    void this.#watch();
  }

  /** Whether the server has spoken. */
  get proven(): boolean {
    return this.#proven;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Requests without an answer. */
  get outstanding(): number {
    return this.#pending.size + this.#waiting.length;
  }

  /** Sends a request. Its answer may be an error of the server; it rejects when the connection goes first. */
  request(request: PartRequest): PartCall {
    const { promise, pending } = this.#newPending(request);
    if (this.#closed) pending.reject(connectionLost(request.method));
    else {
      this.#waiting.push(pending);
      this.#send();
    }
    return { answer: promise, cancel: () => this.#forget(pending) };
  }

  close(reason: Error): void {
    this.#socket.close(reason);
  }

  onAnswer(requestId: bigint, answer: Answer, mayKeep: boolean): boolean {
    const pending = this.#pending.get(requestId);
    if (!pending) return false;
    this.#introduced = true;
    if (answer.kind === 'error' && answer.message === 'CONNECTION_NOT_INITED') {
      this.#introduced = false;
      this.onRefused(requestId);
      return false;
    }
    this.#pending.delete(requestId);
    const copies = answer.kind === 'file' && !mayKeep;
    pending.resolve(copies ? { kind: 'file', bytes: this.#copy(answer.bytes) } : answer);
    this.#send();
    return !copies;
  }

  onRefused(requestId: bigint): void {
    const pending = this.#pending.get(requestId);
    if (!pending) return;
    if (pending.sends >= MOST_SENDS) {
      throw new Error(`the server refuses the message for the ${MOST_SENDS}th time`);
    }
    this.#pending.delete(requestId);
    this.#waiting.unshift(pending);
  }

  onForgotten(below: bigint | undefined): void {
    for (const msgId of [...this.#pending.keys()].reverse()) {
      if (below === undefined || msgId < below) this.onRefused(msgId);
    }
  }

  onWantedAgain(requestId: bigint): void {
    // In a message of its own rather than as it was: the server takes a part twice as well as once.
    this.onRefused(requestId);
  }

  onReply(body: Buffer): void {
    this.#write(this.#session.writeService(body, false));
  }

  #newPending(request: PartRequest): { promise: Promise<PartAnswer>; pending: Pending } {
    let resolve: Pending['resolve'] = () => {};
    let reject: Pending['reject'] = () => {};
    const promise = new Promise<PartAnswer>((onAnswer, onError) => {
      resolve = onAnswer;
      reject = onError;
    });
    const since = this.#options.clock.monotonic();
    return { promise, pending: { request, since, sends: 0, msgId: 0n, resolve, reject } };
  }

  #forget(pending: Pending): void {
    if (this.#pending.get(pending.msgId) === pending) this.#pending.delete(pending.msgId);
    const index = this.#waiting.indexOf(pending);
    if (index >= 0) this.#waiting.splice(index, 1);
  }

  #copy(bytes: Buffer): Buffer {
    const copy = this.#options.buffers.take(bytes.length);
    bytes.copy(copy);
    return copy;
  }

  #onOpen(): void {
    this.#open = true;
    // A small message first: its answer comes soon, and brings the salt without which a part would go in vain.
    this.#ping();
    this.#send();
  }

  #onPacket(packet: Buffer, kept: boolean): void {
    const opened = (): void => this.#onOpened(packet, kept);
    this.#cover.open(packet, kept, opened, (error) => this.close(error));
  }

  #onOpened(packet: Buffer, kept: boolean): void {
    if (!this.#closed) this.#session.receive(packet, kept);
    if (this.#closed) return;
    if (!this.#proven) {
      this.#proven = true;
      if (this.#options.salts.wantsMore) this.#askForSalts();
      this.#options.onProven();
    }
    this.#send();
    if (this.#session.unacknowledged >= ACKNOWLEDGE_AT || this.outstanding === 0) this.#acknowledge();
  }

  #onClose(reason: Error): void {
    this.#closed = true;
    this.#life.abort();
    this.#life.release();
    const late = reason instanceof SilenceError;
    for (const pending of [...this.#pending.values(), ...this.#waiting]) {
      const { method } = pending.request;
      pending.reject(late ? timedOut(method) : connectionLost(method, reason));
    }
    this.#pending.clear();
    this.#waiting.length = 0;
    this.#options.onClose(reason);
  }

  /** Before the server has spoken one request goes out, and none without a salt, so that no other goes in vain. */
  #send(): void {
    if (!this.#open || this.#closed) return;
    while (
      this.#waiting.length > 0 &&
      this.#cover.bytesUnsealed + this.#socket.bytesUnsent < MOST_UNSENT_BYTES &&
      (this.#proven || (this.#options.salts.known && this.#pending.size === 0))
    ) {
      const pending = this.#waiting.shift();
      if (pending) this.#sendOne(pending);
    }
  }

  #sendOne(pending: Pending): void {
    const introduction = this.#introduced ? undefined : this.#options.introduction;
    const message = this.#session.writeRequest(pending.request, introduction);
    pending.sends += 1;
    pending.msgId = message.msgId;
    this.#pending.set(message.msgId, pending);
    this.#write(message);
  }

  /** `moved` is told how many bytes have been handed to the socket. */
  #write({ frame }: Outgoing, moved: (bytes: number) => void = () => {}): void {
    const sent = (): void => {
      this.#options.buffers.giveBack(frame);
      if (this.#waiting.length > 0) this.#send();
    };
    this.#cover.seal(frame, () => moved(this.#socket.write(frame, sent)));
  }

  #ping(): void {
    const id = this.#options.random.bytes(8).readBigInt64LE(0);
    const ping = this.#session.writeService(new TlWriter().uint(Tl.ping).long(id).finish(), true);
    this.#write(ping, (bytes) => {
      this.#pingBytes += bytes;
    });
  }

  #askForSalts(): void {
    const body = new TlWriter().uint(Tl.get_future_salts).uint(8).finish();
    this.#write(this.#session.writeService(body, true));
  }

  #acknowledge(): void {
    if (this.#session.unacknowledged === 0 || this.#closed) return;
    this.#write(this.#session.writeService(this.#session.takeAcknowledgement(), false));
  }

  async #watch(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#life;
    const pulse = new Pulse(clock.monotonic());
    try {
      for (;;) {
        await clock.sleep(TICK_MS, signal);
        this.#look(pulse);
      }
    } catch (error) {
      if (!signal.aborted) this.close(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #look(pulse: Pulse): void {
    const now = this.#options.clock.monotonic();
    const { proven, outstanding } = this;
    const [oldest = this.#waiting[0]] = this.#pending.values();
    const moved = this.#socket.bytesMoved - this.#pingBytes;
    const vitals = { now, moved, proven, outstanding, oldestSince: oldest?.since };
    const verdict = pulse.judge(vitals);
    if (verdict instanceof Error) throw verdict;
    this.#acknowledge();
    if (verdict === 'ping') this.#ping();
  }
}
