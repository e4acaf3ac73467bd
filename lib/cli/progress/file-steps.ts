import { type FileTally, keyOf } from './tally.js';

const STEP_PERCENT = 10;

type StepFile = Pick<FileTally, 'sourceId' | 'name' | 'size' | 'bytesUp'>;

/** Decides which steps of a file to report, each once, where every step is a line of its own. */
export class FileSteps {
  readonly #stepPercent: number;
  readonly #reported = new Map<string, number>();

  constructor(stepPercent = STEP_PERCENT) {
    this.#stepPercent = stepPercent;
  }

  /** The percentage that the file has reached, in whole steps; undefined when it was reported before or is 0. */
  next({ bytesUp, size, ...file }: StepFile): number | undefined {
    const percent = size === 0 ? 100 : (bytesUp / size) * 100;
    const step = Math.floor(percent / this.#stepPercent) * this.#stepPercent;
    if (step <= (this.#reported.get(keyOf(file)) ?? 0)) return undefined;
    this.#reported.set(keyOf(file), step);
    return step;
  }

  ended(file: Pick<FileTally, 'sourceId' | 'name'>): void {
    this.#reported.delete(keyOf(file));
  }
}
