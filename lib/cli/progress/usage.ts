import { OSUtils } from 'node-os-utils';
import type { Clock } from '../../base/clock.js';

/** What the process and the machine use at the moment. */
export interface Usage {
  /** Resident memory of this process. */
  readonly memoryBytes: number;
  /** Of all processors together, 0 to 100; undefined if the system doesn't say. */
  readonly cpuPercent: number | undefined;
}

// Other than on Linux, the library starts a process for each reading.
const SAMPLE_EVERY_MS = process.platform === 'linux' ? 2000 : 10_000;

/** Reads memory and CPU from time to time, until closed. */
export class UsageMeter {
  readonly #utils = new OSUtils({ cacheEnabled: false });
  readonly #stop = new AbortController();
  #latest: Usage | undefined;

  constructor(clock: Clock) {
    void this.#sampleUntilClosed(clock);
  }

  get latest(): Usage | undefined {
    return this.#latest;
  }

  close(): void {
    this.#stop.abort();
  }

  async #sampleUntilClosed(clock: Clock): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#latest = await this.#sample();
      await clock.sleep(SAMPLE_EVERY_MS, this.#stop.signal).catch(() => undefined);
    }
  }

  async #sample(): Promise<Usage> {
    const [cpu, own] = await Promise.all([this.#utils.cpu.usage(), this.#utils.process.current()]);
    return {
      memoryBytes: (own.success && own.data?.memoryUsage.bytes) || process.memoryUsage.rss(),
      cpuPercent: cpu.success ? cpu.data : undefined,
    };
  }
}
