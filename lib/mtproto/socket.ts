import { connect, type Socket } from 'node:net';
import { KIB } from '../base/bytes.js';
import type { ProxyAddress } from '../base/proxy-address.js';
import { abridged, type Framing } from './framing.js';
import { PacketReader } from './packet-reader.js';
import type { PartBuffers } from './parts/buffers.js';
import { closedEarly, notOfKind, ProxyError, silent, unreachable } from './proxy/errors.js';
import type { Step } from './proxy/passage.js';
import type { Route } from './proxy/route.js';
import { SilenceError } from './pulse.js';

export interface PacketSocketOptions {
  readonly host: string;
  readonly port: number;
  /** The route to host and port through a proxy, for this connection only; absent: a direct connection. */
  readonly route?: Route | undefined;
  readonly buffers: PartBuffers;
  /** The largest packet that is accepted, in bytes. Default: a mebibyte of file, heads and padding. */
  readonly mostPacketBytes?: number;
  /**
   * Receives one packet without its framing. `kept`: the receiver owns it, in memory from `buffers`; otherwise it is
   * overwritten after the call returns. May throw: the connection then closes with that error.
   */
  readonly onPacket: (packet: Buffer, kept: boolean) => void;
  /** Called when MTProto may begin. */
  readonly onOpen: () => void;
  /** Called once, however the connection ends. `reason` is a ProxyError when there was no way through the proxy. */
  readonly onClose: (reason: Error) => void;
}

/** Bytes from a tunnel pass through memory of this size on the way to their packets. */
const WIRE_BYTES = 64 * KIB;
/** How much of a connection's fifteen seconds for opening the way through a proxy may take. Milliseconds. */
const PROXY_LIMIT_MS = 10_000;

/**
 * A TCP connection in abridged framing or, through an MTProxy, in the framing that the proxy's secret asks for. The
 * kernel's bytes go straight where they are needed: those of a large packet, except for its first few, into the
 * packet's own memory. Bytes from a tunnel go there once they have been decrypted.
 */
export class PacketSocket {
  readonly #options: PacketSocketOptions;
  readonly #framing: Framing;
  readonly #reader: PacketReader;
  readonly #socket: Socket;
  readonly #route: Route | undefined;
  readonly #wire: Buffer | undefined;
  /** Aborts when there is a way through the proxy, and at the end. */
  readonly #onWay = new AbortController();
  #connected = false;
  /** Whether the exchange with the proxy, if any, is over: then bytes come from the server. */
  #through = false;
  /** Whether a packet has arrived. */
  #heard = false;
  #closed = false;

  constructor(options: PacketSocketOptions) {
    this.#options = options;
    const { host, port, route } = options;
    this.#route = route;
    this.#framing = route?.tunnel?.framing ?? abridged;
    this.#wire = route?.tunnel && Buffer.allocUnsafeSlow(WIRE_BYTES);
    this.#reader = new PacketReader({
      buffers: options.buffers,
      framing: this.#framing,
      mostPacketBytes: options.mostPacketBytes,
      onPacket: (packet, kept) => {
        this.#heard = true;
        options.onPacket(packet, kept);
      },
    });
    this.#socket = connect({
      host: route?.proxy.host ?? host,
      port: route?.proxy.port ?? port,
      noDelay: true,
      onread: {
        buffer: () => this.#space(),
        callback: (count) => this.#read(count),
      },
    });
    if (route) void this.#limit(route);
    this.#socket.once('connect', () => this.#onConnect());
    this.#socket.once('error', (error) => this.#fail(error));
    this.#socket.once('end', () => this.#fail(new Error('the server closed the connection')));
    this.#socket.once('close', () => this.#fail(new Error('the connection closed')));
  }

  /** How many bytes the kernel has delivered and accepted. */
  get bytesMoved(): number {
    return bytesMoved(this.#socket);
  }

  /** How many written bytes the kernel has not accepted yet. */
  get bytesUnsent(): number {
    return this.#socket.writableLength;
  }

  /**
   * Sends `frame`'s packet, which begins at FRAME_HEAD_BYTES and whose length is a multiple of 4. `sent` is called when
   * the kernel has accepted it and the frame's memory is free again, also after a failure. Returns the number of bytes.
   */
  write(frame: Buffer, sent: () => void): number {
    const { from, tail } = this.#framing.frame(frame);
    const plain = from === 0 ? frame : frame.subarray(from);
    const pieces = tail ? [plain, tail] : [plain];
    return this.#send(this.#route?.tunnel?.wrap(pieces) ?? pieces, sent);
  }

  close(reason: Error): void {
    this.#close(reason, () => this.#socket.destroy());
  }

  /** The same, and the kernel forgets what it has accepted and the other side hasn't. */
  reset(reason: Error): void {
    this.#close(reason, () => this.#socket.resetAndDestroy());
  }

  #close(reason: Error, end: () => void): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onWay.abort();
    this.#reader.stop();
    this.#socket.on('error', () => {});
    end();
    const proxy = this.#suspect;
    this.#options.onClose(proxy && reason instanceof SilenceError ? silent(proxy, reason) : reason);
  }

  /** The proxy, until there is a way through it; an MTProxy shows that only when the server's first bytes come. */
  get #suspect(): ProxyAddress | undefined {
    const proxy = this.#route?.proxy;
    return (proxy?.kind === 'mtproxy' ? this.#heard : this.#through) ? undefined : proxy;
  }

  /** The other side has ended the connection. */
  #fail(reason: Error): void {
    const proxy = this.#suspect;
    if (!proxy) this.close(reason);
    else this.close(this.#connected ? closedEarly(proxy, reason) : unreachable(proxy, reason));
  }

  /** Where the next bytes belong. */
  #space(): Buffer {
    return this.#wire ?? this.#reader.space;
  }

  async #limit({ proxy, clock }: Route): Promise<void> {
    const { signal } = this.#onWay;
    try {
      await clock.sleep(PROXY_LIMIT_MS, signal);
      this.close(silent(proxy, undefined));
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #onConnect(): void {
    this.#connected = true;
    const passage = this.#route?.passage;
    if (passage) this.#socket.write(passage.begin());
    else this.#begin();
  }

  /** From here on the bytes are MTProto. */
  #begin(): void {
    this.#through = true;
    this.#onWay.abort();
    if (!this.#route?.tunnel) this.#socket.write(Buffer.of(this.#framing.tag));
    this.#options.onOpen();
  }

  #read(count: number): boolean {
    if (this.#closed) return false;
    try {
      if (!this.#through) this.#talk(this.#space().subarray(0, count));
      else if (this.#wire) this.#takeFromWire(this.#wire.subarray(0, count));
      else this.#reader.filled(count);
    } catch (error) {
      this.#refuse(error instanceof Error ? error : new Error(String(error)));
    }
    return !this.#closed;
  }

  #talk(bytes: Buffer): void {
    const { send, rest }: Step = this.#route?.passage?.take(bytes) ?? { rest: bytes };
    if (send) this.#socket.write(send);
    if (!rest) return;
    this.#begin();
    if (rest.length > 0) this.#takeFromWire(rest);
  }

  #takeFromWire(bytes: Buffer): void {
    const tunnel = this.#route?.tunnel;
    if (tunnel) tunnel.unwrap(bytes, (plain) => this.#reader.push(plain));
    else this.#reader.push(bytes);
  }

  #send(pieces: readonly Buffer[], sent: () => void): number {
    if (pieces.length > 1) this.#socket.cork();
    let bytes = 0;
    for (const [index, piece] of pieces.entries()) {
      bytes += piece.length;
      this.#socket.write(piece, index === pieces.length - 1 ? sent : undefined);
    }
    if (pieces.length > 1) this.#socket.uncork();
    return bytes;
  }

  /** Closes the connection, because the bytes received make no sense. */
  #refuse(error: Error): void {
    const proxy = error instanceof ProxyError ? undefined : this.#suspect;
    this.close(proxy ? notOfKind(proxy, error.message, error) : error);
  }
}

/** Asks the handle, if there is one: it knows how much of a write the kernel has accepted, which may take minutes. */
function bytesMoved(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, '_handle');
  const [read, written, queued] = ['bytesRead', 'bytesWritten', 'writeQueueSize'].map((name) =>
    typeof handle === 'object' && handle !== null ? Number(Reflect.get(handle, name)) : Number.NaN,
  );
  const moved = (read ?? 0) + (written ?? 0) - (queued ?? 0);
  return Number.isFinite(moved) ? moved : socket.bytesRead + socket.bytesWritten;
}
