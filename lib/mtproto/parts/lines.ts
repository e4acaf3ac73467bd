import { createHash } from 'node:crypto';
import type { Clock } from '../../base/clock.js';
import { FailedError, NotSignedInError, UsageError } from '../../base/errors.js';
import type { UploadPart } from '../../base/file-parts.js';
import type { Log } from '../../base/log.js';
import type { Random } from '../../base/random.js';
import type { MessageCrypto } from '../../crypto/message-crypto.js';
import { MessageQueue } from '../../crypto/message-queue.js';
import { refusal } from '../../refusals/telegram-error.js';
import type { Answer } from '../answers.js';
import { Connection } from '../connection.js';
import { type SessionKey, TransportError } from '../envelope.js';
import type { ServerTime } from '../message-numbers.js';
import { type ClientIdentity, introduction, type Request } from '../request.js';
import { Salts } from '../salts.js';
import { PartBuffers } from './buffers.js';
import { type ConnectionEvents, PartPool } from './pool.js';
import { type FileRange, getFile, savePart } from './request.js';

/** What the lines need of the client. */
export interface PartClient {
  readonly homeDcId: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Aborts when the client closes. */
  readonly closing: AbortSignal;
  readonly identity: ClientIdentity;
  getDC(dcId: number): Promise<{ readonly ipAddress: string; readonly port: number }>;
  /** The permanent authorization key for a DC, the account's authorization carried over to it. 256 bytes. */
  authKeyOf(dcId: number): Promise<Buffer>;
  /** The DC doesn't know the account, or its key, any more: whether it is worth asking for the key again. */
  carryOverAgain(dcId: number, lost: 'authorization' | 'key'): boolean;
}

export type Direction = 'download' | 'upload';

/** Telegram's own clients open as many for each DC and direction; more get closed by the server. */
const DEFAULT_CONNECTIONS = 8;
const MOST_CONNECTIONS = 16;
/** -404: the server doesn't know the key. */
const UNKNOWN_KEY = -404;

interface SharedState {
  readonly key: SessionKey;
  readonly time: ServerTime;
  readonly salts: Salts;
}

/** The connections that carry the parts of files: for each DC some for what comes down, and some for what goes up. */
export class PartLines {
  /** The memory that parts come in. */
  readonly buffers = new PartBuffers();
  readonly #client: PartClient;
  readonly #queue: MessageQueue;
  readonly #most = { download: DEFAULT_CONNECTIONS, upload: DEFAULT_CONNECTIONS };
  readonly #pools = new Map<string, PartPool>();
  readonly #shared = new Map<number, SharedState>();

  constructor(client: PartClient, crypto: MessageCrypto) {
    this.#client = client;
    this.#queue = new MessageQueue(crypto, 'client');
  }

  /** Requests that somebody waits for, over all DCs. */
  get outstanding(): number {
    return [...this.#pools.values()].reduce((sum, pool) => sum + pool.outstanding, 0);
  }

  /** Sets how many connections there may be to one DC for one direction, 1 to 16; 8 unless told otherwise. */
  allow(direction: Direction, connections: number): void {
    if (!Number.isInteger(connections) || connections < 1 || connections > MOST_CONNECTIONS) {
      throw new UsageError(
        'CONNECTIONS',
        `Parts use 1 to ${MOST_CONNECTIONS} connections for each DC and direction, not ${connections}.`,
      );
    }
    this.#most[direction] = connections;
  }

  /** Connections to one DC for one direction, now. */
  connections(direction: Direction, dcId: number): number {
    return this.#pools.get(`${direction}/${dcId}`)?.connections ?? 0;
  }

  /**
   * upload.getFile, once. The answer's memory is the caller's. Throws TelegramError for a refusal and for lost
   * connections, NotSignedInError when the session is gone, FailedError CDN_REDIRECT.
   */
  async getFile(dcId: number, range: FileRange, signal: AbortSignal): Promise<Buffer> {
    const answer = await this.#ask('download', dcId, getFile(range), signal);
    if (answer.kind === 'file') return answer.bytes;
    if (answer.kind === 'cdn') {
      throw new FailedError(
        'CDN_REDIRECT',
        'The server offers this file on a CDN only, which telepi does not read.',
      );
    }
    throw unexpected('upload.getFile');
  }

  /** upload.saveBigFilePart or upload.saveFilePart on the home DC, once. Errors as getFile's. */
  async savePart(part: UploadPart, signal: AbortSignal): Promise<void> {
    const request = savePart(part);
    const answer = await this.#ask('upload', this.#client.homeDcId, request, signal);
    if (answer.kind !== 'bool') throw unexpected(request.method);
    if (answer.value) return;
    throw new FailedError('PART_REFUSED', `Telegram did not take part ${part.index} of a file: run again.`);
  }

  async #ask(direction: Direction, dcId: number, request: Request, signal: AbortSignal): Promise<Answer> {
    for (;;) {
      const pool = this.#pool(direction, dcId);
      const answer = await pool.run(request, signal);
      if (answer.kind !== 'error') return answer;
      const error = refusal(request.method, answer.message, answer.code);
      const signedOut = error instanceof NotSignedInError && dcId !== this.#client.homeDcId;
      if (!signedOut || !this.#client.carryOverAgain(dcId, 'authorization')) throw error;
      pool.reset(new Error('the authorization is carried over again'));
    }
  }

  #pool(direction: Direction, dcId: number): PartPool {
    const name = `${direction}/${dcId}`;
    const known = this.#pools.get(name);
    if (known) return known;
    const { clock, log, closing } = this.#client;
    const pool = new PartPool({
      name,
      most: () => this.#most[direction],
      connect: (events) => this.#connect(dcId, events),
      discard: (answer) => {
        if (answer.kind === 'file') this.buffers.giveBack(answer.bytes);
      },
      clock,
      log,
      closing,
    });
    this.#pools.set(name, pool);
    return pool;
  }

  async #connect(dcId: number, events: ConnectionEvents): Promise<Connection> {
    const { clock, random, closing, identity } = this.#client;
    closing.throwIfAborted();
    const shared = this.#sharedState(dcId, await this.#client.authKeyOf(dcId));
    const { ipAddress: host, port } = await this.#client.getDC(dcId);
    closing.throwIfAborted();
    return new Connection({
      ...shared,
      host,
      port,
      introduction: introduction(identity),
      whenIdle: 'close',
      queue: this.#queue,
      buffers: this.buffers,
      clock,
      random,
      closing,
      onProven: events.onProven,
      onClose: (reason) => {
        const unknown = reason instanceof TransportError && reason.code === UNKNOWN_KEY;
        if (unknown && dcId !== this.#client.homeDcId) this.#client.carryOverAgain(dcId, 'key');
        events.onClose(reason);
      },
    });
  }

  #sharedState(dcId: number, authKey: Buffer): SharedState {
    const known = this.#shared.get(dcId);
    if (known?.key.key.equals(authKey)) return known;
    const { clock } = this.#client;
    // auth_key_id: the lower 64 bits of the key's SHA-1.
    const id = createHash('sha1').update(authKey).digest().subarray(12, 20);
    const time: ServerTime = { offsetMs: known?.time.offsetMs ?? 0 };
    const fresh = { key: { id, key: authKey }, time, salts: new Salts(clock, time) };
    this.#shared.set(dcId, fresh);
    return fresh;
  }
}

function unexpected(method: string): FailedError {
  return new FailedError(
    'UNEXPECTED_ANSWER',
    `The server answered ${method} with something else: try again.`,
    {
      fields: { method },
    },
  );
}
