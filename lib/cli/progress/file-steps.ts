import type { Clock } from '../../base/clock.js';
import { type FileTally, keyOf } from './tally.js';

const STEP_PERCENT = 10;
/** How long a file whose bytes grow stays without a report where a machine reads them, in milliseconds. */
const SILENT_MS = 60_000;

type StepFile = Pick<FileTally, 'sourceId' | 'name' | 'size' | 'bytesUp'> & {
  readonly bytesDown?: number;
};

interface Reported {
  readonly percent: number;
  readonly at: number;
  readonly bytes: number;
}

/** Decides which steps of a file to report, each once, where every step is a line of its own. */
export class FileSteps {
  readonly #stepPercent: number;
  readonly #clock: Pick<Clock, 'monotonic'> | undefined;
  readonly #reported = new Map<string, Reported>();

  /** `clock`: a large file on a slow line is reported each minute, too, as long as its bytes grow. */
  constructor(stepPercent = STEP_PERCENT, clock?: Pick<Clock, 'monotonic'>) {
    this.#stepPercent = stepPercent;
    this.#clock = clock;
  }

  /** The percentage that the file has reached, in whole steps; undefined when it was reported before or is 0. */
  next({ bytesUp, bytesDown = 0, size, ...file }: StepFile): number | undefined {
    const percent = size === 0 ? 100 : (bytesUp / size) * 100;
    const step = Math.floor(percent / this.#stepPercent) * this.#stepPercent;
    const key = keyOf(file);
    const at = this.#clock?.monotonic() ?? 0;
    const bytes = bytesUp + bytesDown;
    const last = this.#reported.get(key);
    const isDue = last !== undefined && at - last.at >= SILENT_MS && bytes > last.bytes;
    if (step <= (last?.percent ?? 0) && !isDue) {
      if (!last && this.#clock) this.#reported.set(key, { percent: 0, at, bytes });
      return undefined;
    }
    this.#reported.set(key, { percent: Math.max(step, last?.percent ?? 0), at, bytes });
    return step;
  }

  ended(file: Pick<FileTally, 'sourceId' | 'name'>): void {
    this.#reported.delete(keyOf(file));
  }
}
