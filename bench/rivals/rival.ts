import type { Program } from '../process/child.js';

export interface Installed {
  readonly program: Program;
  /** The version of the language that it runs in. */
  readonly version: string;
}

/** Another client that does the same work: how to install it, and how to run it. */
export interface Rival {
  readonly name: string;
  /** Its kind and its method, in one line of the results. */
  readonly about: string;
  /**
   * Installs it under `cacheDir` unless it is there, and returns the program to run. Throws when it can't be installed;
   * the message says why.
   */
  install(cacheDir: string): Promise<Installed>;
}
