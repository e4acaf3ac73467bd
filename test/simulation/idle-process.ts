import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../lib/base/clock.js';
import type { Orders, Report } from './idle-orders.js';

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

const ORDER_LIMIT_MS = 120_000;
/** A process with nothing to do ends within this time. */
const END_LIMIT_MS = 10_000;

/** The process of an idle run's client, and what it has reported of its own accord. */
export class IdleProcess {
  /** Texts of messages that were pushed, in the order in which they came. */
  readonly heard: string[] = [];
  /** Lines of its log at level warn and error. */
  readonly warnings: string[] = [];
  /** Unhandled rejections, warnings of Node's, an end that nobody asked for. */
  readonly troubles: string[] = [];
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #exited: Promise<unknown>;
  #orders = 0;
  #ending = false;

  constructor() {
    this.#child = fork(fileURLToPath(new URL('idle-client.js', import.meta.url)), [], {
      execArgv: ['--enable-source-maps'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child.on('message', (report: Report) => this.#take(report));
    this.#exited = once(this.#child, 'exit').then(([status, signal]) => this.#onExit(status ?? signal));
  }

  /** Rejects with what the client threw, when it takes more than two minutes, and when its process ends. */
  ask<Name extends keyof Orders>(name: Name, ask: Orders[Name]['ask']): Promise<Orders[Name]['answer']> {
    this.#orders += 1;
    const id = this.#orders;
    return new Promise((resolve, reject) => {
      const limit = setTimeout(
        () => reject(new Error(`The client has not done "${name}" in two minutes.`)),
        ORDER_LIMIT_MS,
      );
      const settle = (): void => {
        clearTimeout(limit);
        this.#waiting.delete(id);
      };
      this.#waiting.set(id, {
        resolve(value) {
          settle();
          resolve(value as Orders[Name]['answer']);
        },
        reject(error) {
          settle();
          reject(error);
        },
      });
      this.#child.send({ id, name, ask }, (error) => error && this.#waiting.get(id)?.reject(error));
    });
  }

  /** Closes the client. Returns whether its process then ended by itself, with success. */
  async end(): Promise<boolean> {
    await this.ask('close', null);
    this.#ending = true;
    this.#child.disconnect();
    const limit = new AbortController();
    const late = systemClock.sleep(END_LIMIT_MS, limit.signal).catch(() => {});
    await Promise.race([this.#exited, late]);
    limit.abort();
    return this.#child.exitCode === 0;
  }

  kill(): void {
    this.#ending = true;
    this.#child.kill('SIGKILL');
  }

  #take(report: Report): void {
    if (report.kind === 'push') this.heard.push(report.text);
    else if (report.kind === 'log') this.warnings.push(report.line);
    else if (report.kind === 'trouble') this.troubles.push(report.what);
    else if (report.kind === 'answer') this.#waiting.get(report.id)?.resolve(report.value);
    else this.#waiting.get(report.id)?.reject(new Error(`The client failed: ${report.error}`));
  }

  #onExit(how: unknown): void {
    if (!this.#ending) this.troubles.push(`its process ended with ${how}`);
    for (const { reject } of [...this.#waiting.values()]) {
      reject(new Error(`The client's process ended with ${how}.`));
    }
  }
}
