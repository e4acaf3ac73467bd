import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { HostOrders, HostReport } from './host-orders.js';

export interface HostEvents {
  readonly onReport: (report: HostReport) => void;
  readonly onLine: (line: string) => void;
}

/** A machine's process. */
export class HostProcess {
  /** By itself, with what it was to do; killed; or with an error that it should not have met. */
  readonly ended: Promise<'done' | 'killed' | Error>;
  readonly #child: ChildProcess;
  #isKilled = false;
  #failure: string | undefined;
  #wake: NodeJS.Timeout | undefined;

  constructor(orders: HostOrders, { onReport, onLine }: HostEvents) {
    this.#child = fork(fileURLToPath(new URL('host-program.js', import.meta.url)), [], {
      // Maps of hundreds of modules would cost more than the work.
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      if (stream) createInterface({ input: stream }).on('line', onLine);
    this.#child.on('message', (report: HostReport) => {
      if (report.kind === 'failed') this.#failure = report.error;
      onReport(report);
    });
    this.#child.send(orders);
    this.ended = once(this.#child, 'close').then(([status, signal]) => {
      clearTimeout(this.#wake);
      if (this.#isKilled) return 'killed';
      if (this.#failure === undefined && status === 0) return 'done';
      return new Error(this.#failure ?? `The process ended with ${status ?? signal}.`);
    });
  }

  kill(): void {
    this.#isKilled = true;
    this.#child.kill('SIGKILL');
  }

  /** Nothing of it moves for `ms` milliseconds. */
  stop(ms: number): void {
    if (!this.#child.kill('SIGSTOP')) return;
    clearTimeout(this.#wake);
    this.#wake = setTimeout(() => this.#child.kill('SIGCONT'), ms);
  }
}
