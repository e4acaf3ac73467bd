import type { Caller, Fate } from '../rpc.js';

/** One fault at an exact place: "the third upload.SaveBigFilePart is dropped after it was done". */
export interface ScriptedFault {
  /** As the library spells it: `messages.SendMedia`. */
  readonly method: string;
  /** Counted from 1 over the requests that match, from now on. Default: 1. */
  readonly nth?: number;
  /** How many requests in a row from the nth on. Default: 1. */
  readonly times?: number;
  /** Only these requests count. Default: all of the method. */
  readonly match?: (request: unknown, caller: Caller) => boolean;
  readonly fate: Fate;
}

/** The state of a scripted fault. */
export interface ScriptHandle {
  /** How many requests matched so far. */
  readonly seen: number;
  /** Whether the fault has struck as often as it should. */
  readonly done: boolean;
  cancel(): void;
}

/** The scripted faults that are still to come. */
export class Script {
  readonly #entries = new Set<Entry>();

  add(fault: ScriptedFault): ScriptHandle {
    const entry = new Entry(fault);
    this.#entries.add(entry);
    return {
      get seen() {
        return entry.seen;
      },
      get done() {
        return entry.done;
      },
      cancel: () => this.#entries.delete(entry),
    };
  }

  /** Every entry counts the request; the first one whose turn it is decides. */
  fate(method: string, request: unknown, caller: Caller): Fate | undefined {
    let decided: Fate | undefined;
    for (const entry of this.#entries) {
      const fate = entry.strike(method, request, caller);
      decided ??= fate;
      if (entry.done) this.#entries.delete(entry);
    }
    return decided;
  }
}

class Entry {
  seen = 0;
  readonly #fault: ScriptedFault;

  constructor(fault: ScriptedFault) {
    this.#fault = fault;
  }

  get done(): boolean {
    return this.seen >= (this.#fault.nth ?? 1) + (this.#fault.times ?? 1) - 1;
  }

  strike(method: string, request: unknown, caller: Caller): Fate | undefined {
    const { match, nth = 1, fate } = this.#fault;
    if (method !== this.#fault.method || (match && !match(request, caller))) return undefined;
    this.seen += 1;
    return this.seen >= nth ? fate : undefined;
  }
}
