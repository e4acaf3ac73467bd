import { type FileTally, keyOf } from './tally.js';

const STEP_PERCENT = 10;

/** Decides which steps of 10 % of a file to report, each once, where every step is a line of its own. */
export class FileSteps {
  readonly #reported = new Map<string, number>();

  /** The percentage that the file has reached, in whole steps; undefined when it was reported before or is 0. */
  next({ bytesUp, size, ...file }: FileTally): number | undefined {
    const percent = size === 0 ? 100 : (bytesUp / size) * 100;
    const step = Math.floor(percent / STEP_PERCENT) * STEP_PERCENT;
    if (step <= (this.#reported.get(keyOf(file)) ?? 0)) return undefined;
    this.#reported.set(keyOf(file), step);
    return step;
  }

  ended(file: Pick<FileTally, 'sourceId' | 'name'>): void {
    this.#reported.delete(keyOf(file));
  }
}
