import type { Program } from '../process/child.js';

export interface Installed {
  readonly program: Program;
  /** Of the language that it runs in. */
  readonly version: string;
}

/** Another client that does the same work: how to have it, and how to run it. */
export interface Rival {
  readonly name: string;
  /** What it is and how it works, in one line of the results. */
  readonly about: string;
  /**
   * Installs it under `cacheDir` unless it is there, and answers the program to run. Throws when it can't be had; the
   * message says why.
   */
  install(cacheDir: string): Promise<Installed>;
}
