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

/** The parts that all seeds share: a server key and an account's session, so that no seed makes a key or signs in. */
export class Stage {
  #disk: Disk | undefined;
  readonly #dhGroup = new DhGroup();
  readonly #authKey = randomBytes(256);
  readonly #privateKeyPem = serverKeyPem();

  /** A sandbox of its own on `clock`, with the scene that `write` makes. */
  async open(
    seed: string,
    clock: Clock,
    write: (sandbox: Sandbox) => Scene,
  ): Promise<{ sandbox: Sandbox; scene: Scene; session: string }> {
    const key = this.#authKey.toString('base64');
    const sandbox = await startSandbox({
      seed,
      clock,
      dhGroup: this.#dhGroup,
      serverState: {
        privateKeyPem: this.#privateKeyPem,
        keys: [{ dcId: 1, key, userId: FIRST_USER, layer: 0, initialised: false }],
      },
    });
    const scene = write(sandbox);
    if (scene.me.id !== FIRST_USER) throw new Error(`The account is ${scene.me.id}, not ${FIRST_USER}.`);
    const { dcId, host, port } = sandbox.server;
    return { sandbox, scene, session: encodeSession({ dcId, host, port, authKey: this.#authKey }) };
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
