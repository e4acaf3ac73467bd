import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../lib/base/clock.js';
import { DhGroup } from '../../lib/sandbox/mtproto/dh.js';
import { type Sandbox, startSandbox } from '../../lib/sandbox/sandbox.js';
import { encodeSession } from '../../lib/telegram/session-string.js';
import { serverKeyPem } from '../support/server-key-pem.js';
import type { Scene } from './content.js';
import { Disk } from './disk.js';

/** One of the account's sessions. */
export interface Login {
  readonly session: string;
  readonly authKey: Buffer;
}

/** How many machines there may be: each has its own login of the account. */
export const HOSTS = 3;

/** The parts that all seeds share: a server key and an account's sessions, so that no seed makes a key or signs in. */
export class Stage {
  #disk: Disk | undefined;
  readonly #dhGroup = new DhGroup();
  readonly #authKeys = Array.from({ length: HOSTS }, () => randomBytes(256));
  readonly #privateKeyPem = serverKeyPem();

  /** A sandbox of its own on `clock`, with the scene that `write` makes. */
  async open(
    seed: string,
    clock: Clock,
    write: (sandbox: Sandbox) => Scene,
  ): Promise<{ sandbox: Sandbox; scene: Scene; session: string; sessions: readonly Login[] }> {
    const sandbox = await startSandbox({
      seed,
      clock,
      dhGroup: this.#dhGroup,
      serverState: {
        privateKeyPem: this.#privateKeyPem,
        keys: this.#authKeys.map((key) => ({
          dcId: 1,
          key: key.toString('base64'),
          userId: FIRST_USER,
          layer: 0,
          initialised: false,
        })),
      },
    });
    const scene = write(sandbox);
    if (scene.me.id !== FIRST_USER) throw new Error(`The account is ${scene.me.id}, not ${FIRST_USER}.`);
    const { dcId, host, port } = sandbox.server;
    const sessions = this.#authKeys.map((authKey) => ({
      session: encodeSession({ dcId, host, port, authKey }),
      authKey,
    }));
    return { sandbox, scene, session: sessions[0]?.session ?? '', sessions };
  }

  /** What stands between this process and its files; from the first call to `close`. */
  get disk(): Disk {
    this.#disk ??= new Disk();
    return this.#disk;
  }

  close(): void {
    this.#disk?.release();
  }
}

/** The id that a sandbox's first account gets. */
const FIRST_USER = 5_000_000_001;

/** A process's data directory, and those of the processes after it. In memory if the machine has such a disk. */
export class DataDirectories {
  /** Above those of all its machines. */
  readonly base = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'telepi-simulation-'));
  #count = 0;

  constructor() {
    this.#count = 1;
  }

  get current(): string {
    return join(this.base, `machine-${this.#count}`);
  }

  /** The next process finds what is on the disk now; anything written to the old one from now on is lost. */
  crash(): void {
    const before = this.current;
    this.#count += 1;
    if (existsSync(before)) cpSync(before, this.current, { recursive: true, preserveTimestamps: true });
  }

  /** Paths of all files, from the directory on. */
  files(): string[] {
    if (!existsSync(this.current)) return [];
    return readdirSync(this.current, { recursive: true, encoding: 'utf8' });
  }

  remove(): void {
    rmSync(this.base, { recursive: true, force: true });
  }
}
