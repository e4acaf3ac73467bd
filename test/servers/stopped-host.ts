import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { HostPlan } from './host-program.js';

const PROGRAM = fileURLToPath(new URL('host-program.js', import.meta.url));

/** A process that clones as a host of its own and stops itself: see HostPlan. */
export class StoppedHost {
  readonly #process: ChildProcessByStdio<null, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(plan: HostPlan) {
    this.#process = spawn(process.execPath, [PROGRAM, JSON.stringify(plan)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Starts it, and waits until it has stopped itself. Throws when it has ended instead. */
  static async start(plan: HostPlan): Promise<StoppedHost> {
    const host = new StoppedHost(plan);
    const line = await host.#line();
    if (line === 'stopped') return host;
    throw new Error(`The host has not stopped itself: ${line}`);
  }

  /** Lets it continue, and returns the error with which its run ends; no code when it ends well. */
  async continue(): Promise<{ readonly code?: string; readonly message?: string }> {
    this.#process.kill('SIGCONT');
    const line = await this.#line();
    await once(this.#process, 'exit');
    return JSON.parse(line.replace(/^ended /, '')) as { readonly code?: string };
  }

  /** Ends it, wherever it is. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exit = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exit;
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    return done === true ? 'the end of its output' : value;
  }
}
