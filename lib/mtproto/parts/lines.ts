import type { Clock } from '../../base/clock.js';
import { FailedError, NotSignedInError, UsageError } from '../../base/errors.js';
import type { UploadPart } from '../../base/file-parts.js';
import type { Log } from '../../base/log.js';
import { refusal } from '../../refusals/telegram-error.js';
import type { Answer } from '../answers.js';
import type { Connection } from '../connection.js';
import type { ConnectionEvents } from '../dialer.js';
import type { Request } from '../request.js';
import type { PartBuffers } from './buffers.js';
import { PartPool } from './pool.js';
import { type FileRange, getFile, savePart } from './request.js';

/** The parts of the client that the lines need. */
export interface PartClient {
  readonly homeDcId: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborts when the client closes. */
  readonly closing: AbortSignal;
  /** Resolves when the session may be used; undefined when that is now. What it throws ends the request. */
  pass(signal: AbortSignal): Promise<void> | undefined;
  /** Opens a connection to a DC that the account's authorization was carried over to; it may still be opening. */
  connectForParts(dcId: number, events: ConnectionEvents): Promise<Connection>;
  /** The DC doesn't know the account any more: returns whether it is worth connecting again. */
  carryOverAgain(dcId: number): boolean;
}

export type Direction = 'download' | 'upload';

/** How many connections to a DC proved good for one direction. */
export interface GoodConnections {
  readonly direction: Direction;
  readonly dcId: number;
  readonly connections: number;
}

/** Telegram's own clients open this many for each DC and direction; the server closes more. */
const DEFAULT_CONNECTIONS = 8;
const MOST_CONNECTIONS = 16;

/** The connections that carry the parts of files: for each DC, some for downloads and some for uploads. */
export class PartLines {
  /** The memory that parts arrive in. */
  readonly buffers: PartBuffers;
  readonly #client: PartClient;
  readonly #most = { download: DEFAULT_CONNECTIONS, upload: DEFAULT_CONNECTIONS };
  readonly #start = new Map<string, number>();
  readonly #pools = new Map<string, PartPool>();

  constructor(client: PartClient, buffers: PartBuffers) {
    this.#client = client;
    this.buffers = buffers;
  }

  /** How many requests are being waited for, over all DCs. */
  get outstanding(): number {
    return [...this.#pools.values()].reduce((sum, pool) => sum + pool.outstanding, 0);
  }

  /** Sets how many connections there may be to one DC for one direction, 1 to 16; 8 by default. */
  allow(direction: Direction, connections: number): void {
    if (!Number.isInteger(connections) || connections < 1 || connections > MOST_CONNECTIONS) {
      throw new UsageError(
        'CONNECTIONS',
        `Parts use 1 to ${MOST_CONNECTIONS} connections for each DC and direction, not ${connections}.`,
      );
    }
    this.#most[direction] = connections;
  }

  /**
   * Begins with as many connections as proved good last time, at most as many as are allowed. Call it before the first
   * request.
   */
  begin(good: readonly GoodConnections[]): void {
    for (const { direction, dcId, connections } of good) this.#start.set(`${direction}/${dcId}`, connections);
  }

  /** Opens the first connections to the home DC, in both directions, before there is anything to carry. */
  warm(): void {
    const { homeDcId } = this.#client;
    for (const direction of ['download', 'upload'] as const) this.#pool(direction, homeDcId).warm();
  }

  /** How many connections have proved good, for `begin` of a later client; directions that carried nothing are left out. */
  get good(): GoodConnections[] {
    return [...this.#pools].flatMap(([name, { goodConnections: connections }]) => {
      const [direction, dcId] = name.split('/');
      return connections > 0 ? [{ direction: direction as Direction, dcId: Number(dcId), connections }] : [];
    });
  }

  /** How many connections to one DC exist for one direction now. */
  connections(direction: Direction, dcId: number): number {
    return this.#pools.get(`${direction}/${dcId}`)?.connections ?? 0;
  }

  /**
   * Calls upload.getFile once. The caller owns the answer's memory. Throws TelegramError for a refusal and for lost
   * connections, NotSignedInError when the session is gone, FailedError CDN_REDIRECT.
   */
  async getFile(dcId: number, range: FileRange, signal: AbortSignal): Promise<Buffer> {
    const answer = await this.#ask('download', dcId, getFile(range), signal);
    if (answer.kind === 'file') return answer.bytes;
    if (answer.kind === 'cdn') {
      throw new FailedError(
        'CDN_REDIRECT',
        'The server offers this file only on a CDN, and TelePi does not read CDNs.',
      );
    }
    throw unexpected('upload.getFile');
  }

  /** Calls upload.saveBigFilePart or upload.saveFilePart on the home DC once. Throws the same errors as getFile. */
  async savePart(part: UploadPart, signal: AbortSignal): Promise<void> {
    const request = savePart(part);
    const answer = await this.#ask('upload', this.#client.homeDcId, request, signal);
    if (answer.kind !== 'bool') throw unexpected(request.method);
    if (answer.value) return;
    throw new FailedError('PART_REFUSED', `Telegram did not accept part ${part.index} of a file: run again.`);
  }

  async #ask(direction: Direction, dcId: number, request: Request, signal: AbortSignal): Promise<Answer> {
    for (;;) {
      const held = this.#client.pass(signal);
      if (held) await held;
      const pool = this.#pool(direction, dcId);
      const answer = await pool.run(request, signal);
      if (answer.kind !== 'error') return answer;
      const error = refusal(request.method, answer.message, answer.code);
      const signedOut = error instanceof NotSignedInError && dcId !== this.#client.homeDcId;
      if (!signedOut || !this.#client.carryOverAgain(dcId)) throw error;
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
      start: this.#start.get(name),
      connect: (events) => this.#client.connectForParts(dcId, events),
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
