import { linkAbort } from '../base/abort.js';
import { MIB } from '../base/bytes.js';
import { connectionLost, timedOut } from '../refusals/telegram-error.js';
import type { Answer } from './answers.js';
import { Calls, type Pending } from './calls.js';
import type { Call, ConnectionOptions } from './connection-options.js';
import { Cover } from './cover.js';
import { Pulse, SilenceError } from './pulse.js';
import type { Request } from './request.js';
import { type Outgoing, Session, type SessionHandler } from './session.js';
import { PacketSocket } from './socket.js';
import { Tl, TlWriter } from './tl.js';

/** How often a connection's state is checked, in milliseconds. */
const TICK_MS = 1_000;
/** Requests wait in line while this many bytes wait for the kernel. */
const MOST_UNSENT_BYTES = MIB;
/** Acknowledgements are sent when there are this many, and at each tick. */
const ACKNOWLEDGE_AT = 8;
/** After this many seconds of silence the server ends a kept connection, so that none stays open there unused. */
const DISCONNECT_SECONDS = 75;

/**
 * One TCP connection and one MTProto session (core.telegram.org/mtproto/description). Pings find out whether a silent
 * server is alive: as long as it answers them, a call has ten minutes.
 */
export class Connection implements SessionHandler {
  readonly #options: ConnectionOptions;
  readonly #session: Session;
  readonly #cover: Cover;
  readonly #socket: PacketSocket;
  readonly #life: ReturnType<typeof linkAbort>;
  readonly #calls = new Calls();
  #open = false;
  #proven = false;
  /** Whether a request has been answered: then the server knows who we are. */
  #introduced = false;
  /** Id of the last ping of a kept connection, until the server refuses it. */
  #pingId: bigint | undefined;
  /** How many bytes were given to the socket. */
  #written = 0;
  #closed = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#session = new Session(options, this);
    this.#cover = new Cover(options.key, options.queue);
    this.#life = linkAbort(options.closing);
    this.#socket = new PacketSocket({
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

  /** Whether the server has sent anything. */
  get proven(): boolean {
    return this.#proven;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** How many requests are unanswered. */
  get outstanding(): number {
    return this.#calls.size;
  }

  /** Sends a request. Its answer may be an error of the server; it rejects if the connection is lost first. */
  request(request: Request): Call {
    const { answer, pending } = this.#calls.add(request, this.#options.clock.monotonic());
    if (this.#closed) this.#calls.failAll(connectionLost);
    else this.#send();
    return { answer, cancel: () => this.#cancel(pending) };
  }

  close(reason: Error): void {
    this.#socket.close(reason);
  }

  /** Bytes that may not go any more are taken back from the kernel, as far as it still has them. */
  #cancel(pending: Pending): void {
    const isLate = pending.sent && this.#calls.has(pending) && pending.request.mayGo?.() === false;
    this.#calls.drop(pending);
    if (isLate) this.#socket.reset(tooLate(pending.request));
  }

  kindOf(requestId: bigint): Request['kind'] | undefined {
    return this.#calls.get(requestId)?.request.kind;
  }

  onAnswer(requestId: bigint, answer: Answer, mayKeep: boolean): boolean {
    const pending = this.#calls.get(requestId);
    if (!pending) return false;
    this.#introduced = true;
    if (answer.kind === 'error' && answer.message === 'CONNECTION_NOT_INITED') {
      this.#introduced = false;
      this.onRefused(requestId);
      return false;
    }
    this.#calls.drop(pending);
    const copies = answer.kind === 'file' && !mayKeep;
    pending.resolve(copies ? { kind: 'file', bytes: this.#copy(answer.bytes) } : answer);
    this.#send();
    return !copies;
  }

  onRefused(requestId: bigint): void {
    this.#calls.refused(requestId);
    if (requestId !== this.#pingId) return;
    // The server has not reset its timer by it: the next ping might come too late, and a dead wire brings none.
    this.#ping();
    this.#pingId = undefined;
  }

  onForgotten(isIt: (requestId: bigint) => boolean): void {
    this.#calls.forgotten(isIt);
  }

  onWantedAgain(requestId: bigint): void {
    const pending = this.#calls.get(requestId);
    if (!pending?.sent) return;
    const { identity, introduction } = pending.sent;
    this.#write(this.#session.writeRequest(pending.request, introduction, identity), pending.request);
  }

  onStates(questionId: bigint, states: Buffer): void {
    this.#calls.stateInfo(questionId, states);
  }

  onReply(body: Buffer): void {
    this.#write(this.#session.writeService(body, false));
  }

  onPush(body: Buffer): void {
    this.#options.onPush?.(body);
  }

  #copy(bytes: Buffer): Buffer {
    const copy = this.#options.buffers.take(bytes.length);
    bytes.copy(copy);
    return copy;
  }

  #onOpen(): void {
    this.#open = true;
    // A small message goes first: its answer comes soon and brings the salt, without which a part would be sent in
    // vain.
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
    this.#calls.failAll((method) => (late ? timedOut(method) : connectionLost(method, reason)));
    this.#options.onClose(reason);
  }

  /** Until the server has sent something, only one request goes out, and none without a salt: see also `eager`. */
  #send(): void {
    if (!this.#open || this.#closed) return;
    const { salts, eager } = this.#options;
    while (
      this.#calls.waiting > 0 &&
      this.#cover.bytesUnsealed + this.#socket.bytesUnsent < MOST_UNSENT_BYTES &&
      (this.#proven || (salts.known && (eager || this.#calls.sent === 0)))
    ) {
      const pending = this.#calls.next();
      if (pending) this.#sendOne(pending);
    }
  }

  #sendOne(pending: Pending): void {
    const introduction = this.#introduced ? undefined : this.#options.introduction;
    const message = this.#session.writeRequest(pending.request, introduction);
    this.#calls.wasSent(pending, message.identity, introduction, this.#options.clock.monotonic());
    this.#write(message, pending.request);
  }

  #write({ frame }: Outgoing, request?: Request): void {
    const sent = (): void => {
      this.#options.buffers.giveBack(frame);
      if (this.#calls.waiting > 0) this.#send();
    };
    this.#cover.seal(frame, () => {
      if (request?.mayGo?.() === false) {
        this.#options.buffers.giveBack(frame);
        this.close(tooLate(request));
        return;
      }
      this.#written += this.#socket.write(frame, sent);
    });
  }

  #ping(): void {
    const id = this.#options.random.bytes(8).readBigInt64LE(0);
    const keep = this.#options.whenIdle === 'keep';
    const body = new TlWriter().uint(keep ? Tl.ping_delay_disconnect : Tl.ping).long(id);
    if (keep) body.uint(DISCONNECT_SECONDS);
    const message = this.#session.writeService(body.finish(), true);
    if (keep) this.#pingId = message.identity.msgId;
    this.#write(message);
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
    const pulse = new Pulse(clock.monotonic(), this.#options.whenIdle);
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
    const { proven } = this;
    const asked = this.#calls.overdue(now);
    if (asked.length > 0) this.#askAfter(asked);
    // Bytes that the kernel accepts at once don't show that the server is alive; bytes that it accepts from a backlog
    // do.
    const signs = this.#socket.bytesMoved - (this.#written - this.#socket.bytesUnsent);
    const verdict = pulse.judge({ now, signs, proven, outstanding: this.outstanding });
    if (verdict instanceof Error) throw verdict;
    this.#acknowledge();
    if (verdict === 'ping') this.#ping();
  }

  #askAfter(msgIds: readonly bigint[]): void {
    const question = this.#session.writeService(
      new TlWriter().uint(Tl.msgs_state_req).longs(msgIds).finish(),
      true,
    );
    this.#calls.ask(question.identity.msgId, msgIds);
    this.#write(question);
  }
}

function tooLate({ method }: Request): Error {
  return new Error(`${method} may not go any more`);
}
