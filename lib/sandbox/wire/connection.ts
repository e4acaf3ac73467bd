import type { Socket } from 'node:net';
import { type LinkedAbort, linkAbort } from '../../base/abort.js';
import type { Clock } from '../../base/clock.js';
import { messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { Random } from '../../base/random.js';
import type { Weather } from '../rpc.js';
import { FramingError, type Packet } from './framing.js';
import { Lane } from './lane.js';
import { Transport } from './transport.js';

export interface ConnectionOptions {
  readonly id: number;
  readonly dcId: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly weather: Weather;
  readonly log: Log;
  readonly onPacket: (packet: Packet) => void;
  readonly onClose: () => void;
}

/** While more bytes than this are under way in a direction, the client's bytes stay in the kernel. */
const IN_HIGH_WATER_BYTES = 4 * 1024 * 1024;
const OUT_HIGH_WATER_BYTES = 4 * 1024 * 1024;
/**
 * With a limited bandwidth, a packet travels in slices of this many bytes, so that its first bytes arrive before its
 * last.
 */
const SLICE_BYTES = 32 * 1024;

/** One client's TCP connection: transport, latency, bandwidth and back-pressure. */
export class Connection {
  readonly id: number;
  readonly dcId: number;
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #transport: Transport;
  readonly #closed = new AbortController();
  readonly #incoming: Lane<Buffer>;
  readonly #outgoing: Lane<Buffer[]>;
  #ending = false;
  #deadline: LinkedAbort | undefined;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.id = options.id;
    this.dcId = options.dcId;
    this.#socket = socket;
    this.#options = options;
    this.#transport = new Transport(options.random);
    const lane = {
      clock: options.clock,
      latencyMs: () => options.weather.latencyMs,
      bytesPerSecond: () => options.weather.bytesPerSecond,
      onDelivered: () => this.#balance(),
      signal: this.#closed.signal,
    };
    this.#incoming = new Lane<Buffer>({ ...lane, deliver: (bytes) => this.#receive(bytes) });
    this.#outgoing = new Lane<Buffer[]>({ ...lane, deliver: (pieces) => this.#write(pieces) });
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      this.#incoming.push(bytes, bytes.length);
      this.#balance();
    });
    socket.on('error', (error) =>
      options.log.debug('connection_error', this.#fields({ error: error.message })),
    );
    socket.on('close', () => this.#onClose());
  }

  /** Aborts when the connection has closed. */
  get signal(): AbortSignal {
    return this.#closed.signal;
  }

  /** The client's transport, for the log. */
  get transportName(): string | undefined {
    return this.#transport.name;
  }

  /** Sends a packet whose payload is given in pieces. After close it is dropped. */
  send(payload: readonly Buffer[]): void {
    if (this.#ending || this.#closed.signal.aborted) return;
    this.#push(this.#transport.write(payload));
  }

  sendQuickAck(token: number): void {
    if (this.#ending || this.#closed.signal.aborted) return;
    const pieces = this.#transport.writeQuickAck(token);
    if (pieces.length > 0) this.#push(pieces);
  }

  /** Sends a transport error (-404: no such key, -429: flood, -444: wrong DC) and ends the connection. */
  fail(code: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(code);
    this.#options.log.info('transport_error', this.#fields({ code }));
    this.send([bytes]);
    this.end();
  }

  /** Closes once everything has been sent. */
  end(): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#outgoing.push([], 0);
  }

  /** Closes after `ms` milliseconds, unless called again before. */
  closeAfter(ms: number): void {
    this.#deadline?.abort();
    this.#deadline?.release();
    const deadline = linkAbort(this.#closed.signal);
    this.#deadline = deadline;
    this.#options.clock.sleep(ms, deadline.signal).then(
      () => this.end(),
      () => deadline.release(),
    );
  }

  /** Closes at once; bytes under way are lost. */
  drop(): void {
    this.#socket.destroy();
  }

  /** Closes at once by a TCP reset. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  #push(pieces: Buffer[]): void {
    const slices = this.#options.weather.bytesPerSecond === undefined ? [pieces] : slice(pieces);
    for (const part of slices) this.#outgoing.push(part, byteLength(part));
    this.#balance();
  }

  #receive(bytes: Buffer): undefined {
    if (this.#ending) return;
    try {
      this.#transport.push(bytes);
      for (let packet = this.#transport.read(); packet; packet = this.#transport.read()) {
        this.#options.onPacket(packet);
        if (this.#ending || this.#closed.signal.aborted || this.#socket.destroyed) return;
      }
    } catch (error) {
      if (error instanceof FramingError) {
        this.#options.log.warn('connection_refused', this.#fields({ error: error.message }));
      } else {
        this.#options.log.error('packet_failed', this.#fields({ error: messageOf(error), cause: error }));
      }
      this.drop();
    }
  }

  #write(pieces: Buffer[]): Promise<void> | undefined {
    if (pieces.length === 0) {
      this.#socket.end();
      return undefined;
    }
    this.#socket.cork();
    for (const piece of pieces) this.#socket.write(piece);
    this.#socket.uncork();
    return this.#socket.writableNeedDrain ? this.#drained() : undefined;
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#socket.off('drain', done);
        this.#socket.off('close', done);
        resolve();
      };
      this.#socket.on('drain', done);
      this.#socket.on('close', done);
    });
  }

  #balance(): void {
    const { latencyMs, bytesPerSecond = 0 } = this.#options.weather;
    const underWay = (latencyMs * bytesPerSecond) / 1000;
    const full =
      this.#incoming.queuedBytes > IN_HIGH_WATER_BYTES + underWay ||
      this.#outgoing.queuedBytes > OUT_HIGH_WATER_BYTES + underWay;
    if (full === this.#socket.isPaused()) return;
    if (full) this.#socket.pause();
    else this.#socket.resume();
  }

  #onClose(): void {
    this.#closed.abort();
    this.#options.onClose();
  }

  #fields(fields: Record<string, unknown>): Record<string, unknown> {
    return { connection: this.id, dc: this.dcId, transport: this.transportName, ...fields };
  }
}

function slice(pieces: Buffer[]): Buffer[][] {
  const slices: Buffer[][] = [];
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at += SLICE_BYTES)
      slices.push([piece.subarray(at, at + SLICE_BYTES)]);
  }
  return slices;
}

function byteLength(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}
