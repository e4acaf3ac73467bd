import type { Clock } from '../../base/clock.js';
import type { Caller } from '../rpc.js';
import { fromLong, type Long } from '../tl.js';

/** A call that is done but not answered yet. */
interface Running {
  readonly caller: Caller;
  /** On the clock's monotonic time, in milliseconds. */
  readonly until: number;
}

/**
 * The server's memory of sends by their random_ids: for how long it lasts, and which calls haven't been answered yet.
 */
export class RandomIdMemory {
  readonly #clock: Clock;
  readonly #lifeSeconds: () => number;
  readonly #onForgotten: () => void;
  readonly #running = new Map<bigint, Running>();

  /**
   * `lifeSeconds`: how long a random_id is known after its send; 0: for ever. `onForgotten`: called at each repeat
   * that isn't recognised.
   */
  constructor(o: { clock: Clock; lifeSeconds: () => number; onForgotten: () => void }) {
    this.#clock = o.clock;
    this.#lifeSeconds = o.lifeSeconds;
    this.#onForgotten = o.onForgotten;
  }

  /**
   * Notes that the sends of `request` are answered in `ms` milliseconds: until then a repeat is a duplicate of a
   * running call.
   */
  answeredIn(ms: number, request: unknown, caller: Caller): void {
    const now = this.#clock.monotonic();
    for (const [randomId, { until }] of this.#running) if (until <= now) this.#running.delete(randomId);
    for (const randomId of randomIdsOf(request)) this.#running.set(randomId, { caller, until: now + ms });
  }

  /** Whether a call other than `caller`'s that sent this hasn't been answered yet. */
  isRunning(randomId: bigint, caller: Caller): boolean {
    const running = this.#running.get(randomId);
    return running !== undefined && running.caller !== caller && this.#clock.monotonic() < running.until;
  }

  /** Whether the server still knows a random_id that came at `sentAt`, in Unix time in seconds. */
  knows(sentAt: number): boolean {
    const life = this.#lifeSeconds();
    const known = life === 0 || Math.floor(this.#clock.now() / 1000) < sentAt + life;
    if (!known) this.#onForgotten();
    return known;
  }
}

function randomIdsOf(request: unknown): bigint[] {
  const { randomId, multiMedia } = request as {
    randomId?: Long | readonly Long[];
    multiMedia?: readonly { randomId?: Long }[];
  };
  return [randomId, ...(multiMedia ?? []).map((single) => single.randomId)]
    .flat()
    .flatMap((each) => (each === undefined ? [] : [fromLong(each)]));
}
