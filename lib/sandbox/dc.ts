import type { Server, Socket } from 'node:net';
import { linkAbort } from '../base/abort.js';
import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Random } from '../base/random.js';
import type { MessageCrypto } from '../crypto/message-crypto.js';
import type { DhGroup } from './mtproto/dh.js';
import { Dispatcher } from './mtproto/dispatcher.js';
import { Inbox } from './mtproto/inbox.js';
import { KeyStore } from './mtproto/key-store.js';
import { Peer } from './mtproto/peer.js';
import type { ServerKey } from './mtproto/rsa.js';
import { SessionTable } from './mtproto/session-table.js';
import type { MethodTable, Weather } from './rpc.js';
import { Connection } from './wire/connection.js';
import { listen } from './wire/listener.js';

export interface DcOptions {
  readonly id: number;
  readonly host: string;
  /** Undefined: finds a free one below 32,768. */
  readonly port: number | undefined;
  readonly serverKey: ServerKey;
  readonly dhGroup: DhGroup;
  readonly methods: MethodTable;
  readonly weather: Weather;
  readonly crypto: MessageCrypto;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Numbers connections over all DCs, from 1. */
  readonly nextConnectionId: () => number;
}

/** One data centre: its address, its auth keys, its sessions. */
export class Dc {
  readonly id: number;
  readonly keys: KeyStore;
  readonly sessions: SessionTable;
  readonly #options: DcOptions;
  readonly #inbox: Inbox;
  readonly #connections = new Set<Connection>();
  readonly #closing = linkAbort();
  #listener: Server | undefined;
  #reachable = true;

  constructor(options: DcOptions) {
    this.id = options.id;
    this.keys = new KeyStore(options.id);
    this.sessions = new SessionTable(options.clock, options.crypto);
    this.#options = options;
    const shared = { keys: this.keys, sessions: this.sessions };
    const { signal } = this.#closing;
    this.#inbox = new Inbox({
      service: shared,
      dispatcher: new Dispatcher({ ...options, ...shared, signal }),
    });
  }

  /** 0 until it has been opened. */
  get port(): number {
    const address = this.#listener?.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  async open(): Promise<void> {
    const { host, port, random } = this.#options;
    this.#listener = await listen({ host, port, random, onConnection: (socket) => this.#accept(socket) });
  }

  setReachable(reachable: boolean): void {
    this.#reachable = reachable;
    if (!reachable) for (const connection of this.#connections) connection.drop();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const listener = this.#listener;
    if (!listener) return;
    const closed = new Promise<void>((resolve) => {
      listener.close(() => resolve());
    });
    for (const connection of this.#connections) connection.drop();
    await closed;
  }

  #accept(socket: Socket): void {
    if (!this.#reachable) {
      socket.destroy();
      return;
    }
    const { clock, random, weather, log, crypto, serverKey, dhGroup, nextConnectionId } = this.#options;
    const connection = new Connection(socket, {
      id: nextConnectionId(),
      dcId: this.id,
      clock,
      random,
      weather,
      log,
      onPacket: (packet) => peer.receive(packet),
      onClose: () => {
        this.#connections.delete(connection);
        peer.close();
        log.debug('connection_closed', { connection: connection.id, dc: this.id });
      },
    });
    const { keys, sessions } = this;
    const shared = { keys, sessions, inbox: this.#inbox };
    const peer = new Peer({ connection, serverKey, dhGroup, ...shared, crypto, clock, log });
    this.#connections.add(connection);
    log.debug('connection_opened', { connection: connection.id, dc: this.id, from: socket.remoteAddress });
  }
}
