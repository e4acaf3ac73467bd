import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { Api } from 'telegram';
import { linkAbort } from '../../lib/base/abort.js';
import { type Clock, systemClock } from '../../lib/base/clock.js';
import type { ProxyAddress } from '../../lib/base/proxy-address.js';
import { systemRandom } from '../../lib/base/random.js';
import { chooseCrypto } from '../../lib/crypto/choose.js';
import { MessageQueue } from '../../lib/crypto/message-queue.js';
import { Connection } from '../../lib/mtproto/connection.js';
import type { ServerTime } from '../../lib/mtproto/message-numbers.js';
import { PartBuffers } from '../../lib/mtproto/parts/buffers.js';
import { getFile, savePart } from '../../lib/mtproto/parts/request.js';
import { routeThrough } from '../../lib/mtproto/proxy/route.js';
import type { WhenIdle } from '../../lib/mtproto/pulse.js';
import { introduction, type Request } from '../../lib/mtproto/request.js';
import { Salts } from '../../lib/mtproto/salts.js';
import { toLong } from '../../lib/telegram/long.js';
import { PartServer } from './part-server.js';

/** The TL of a document's location. */
const LOCATION = new Api.InputDocumentFileLocation({
  id: toLong(5n),
  accessHash: toLong(6n),
  fileReference: Buffer.of(1, 2, 3),
  thumbSize: '',
}).getBytes();

export const IDENTITY = {
  layer: 229,
  apiId: 4321,
  deviceModel: 'TelePi',
  systemVersion: '1',
  appVersion: '1.0',
  systemLangCode: 'en',
  langPack: '',
  langCode: 'en',
} as const;

/** Part connections, and a server at their far end that does what a test says. */
export class PartScene {
  readonly server: PartServer;
  readonly buffers = new PartBuffers();
  readonly time: ServerTime = { offsetMs: 0 };
  readonly salts: Salts;
  readonly closing = linkAbort();
  readonly clock: Clock;
  /** Why connections closed. */
  readonly closed: Error[] = [];
  proven = 0;
  readonly #queue = new MessageQueue(chooseCrypto(), 'client');

  private constructor(server: PartServer, clock: Clock) {
    this.server = server;
    this.clock = clock;
    this.salts = new Salts(clock, this.time);
  }

  static async start(clock: Clock = systemClock): Promise<PartScene> {
    return new PartScene(await PartServer.start(), clock);
  }

  connect(
    events: { onProven?(): void; onClose?(reason: Error): void; onPush?(body: Buffer): void } = {},
    whenIdle: WhenIdle = 'close',
    proxy?: ProxyAddress,
    eager = false,
  ): Connection {
    const { keyId, key, port } = this.server;
    const { clock } = this;
    const through = proxy && { address: proxy, testDc: false, clock, random: systemRandom };
    const id = Buffer.alloc(8);
    id.writeBigInt64LE(keyId);
    return new Connection({
      key: { id, key },
      salts: this.salts,
      time: this.time,
      queue: this.#queue,
      buffers: this.buffers,
      clock: this.clock,
      random: systemRandom,
      host: '127.0.0.1',
      port,
      route: through && routeThrough(through, { host: '127.0.0.1', port, dcId: 2 }),
      introduction: introduction(IDENTITY),
      whenIdle,
      eager,
      closing: this.closing.signal,
      onPush: (body) => events.onPush?.(body),
      onProven: () => {
        this.proven += 1;
        events.onProven?.();
      },
      onClose: (reason) => {
        this.closed.push(reason);
        events.onClose?.(reason);
      },
    });
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.server.close();
  }
}

export const download = (offset = 0, limit = 524_288): Request =>
  getFile({ location: LOCATION, offset, limit });

export const upload = (index = 0, bytes = randomBytes(524_288)): Request =>
  savePart({ fileId: 7n, index, total: 20, bytes, big: true });

/** Waits, turn by turn of the event loop, until `done`. If that never happens, the test's own limit ends the wait. */
export async function until(done: () => boolean): Promise<void> {
  while (!done()) await setImmediate();
}
