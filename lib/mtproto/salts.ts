import type { Clock } from '../base/clock.js';
import type { ServerTime } from './message-numbers.js';

export interface FutureSalt {
  /** Unix times in seconds. */
  readonly validSince: number;
  readonly validUntil: number;
  readonly salt: bigint;
}

/** New salts are requested when the known ones last for less time than this. Seconds. */
const AHEAD_SECONDS = 20 * 60;

/** The server salts of one auth key, which all its sessions share. */
export class Salts {
  readonly #clock: Clock;
  readonly #time: ServerTime;
  #current = 0n;
  #future: readonly FutureSalt[] = [];

  /** `kept`: salts of this key that an earlier process was given. The server corrects a wrong one. */
  constructor(clock: Clock, time: ServerTime, kept: readonly FutureSalt[] = []) {
    this.#clock = clock;
    this.#time = time;
    this.learn(kept);
  }

  /** The salt for a message sent now; 0 before any is known, which the server answers with the right one. */
  get current(): bigint {
    const now = this.#now();
    const due = this.#future.findLast(({ validSince, validUntil }) => validSince <= now && now < validUntil);
    if (due && due.salt !== this.#current) this.#current = due.salt;
    return this.#current;
  }

  /** Whether any is known. */
  get known(): boolean {
    return this.current !== 0n;
  }

  /** The salts that are valid now or later, for another process to begin with. */
  get toKeep(): readonly FutureSalt[] {
    const now = this.#now();
    return this.#future.filter(({ validUntil }) => validUntil > now);
  }

  /** Whether get_future_salts should be asked. */
  get wantsMore(): boolean {
    return (this.#future.at(-1)?.validUntil ?? 0) < this.#now() + AHEAD_SECONDS;
  }

  /** The server named the salt in bad_server_salt or new_session_created, so the known future salts were wrong. */
  correct(salt: bigint): void {
    if (salt === this.current) return;
    this.#current = salt;
    this.#future = [];
  }

  /** Takes the salts of future_salts. */
  learn(salts: readonly FutureSalt[]): void {
    this.#future = [...salts].sort((one, other) => one.validSince - other.validSince);
  }

  #now(): number {
    return (this.#clock.now() + this.#time.offsetMs) / 1000;
  }
}
