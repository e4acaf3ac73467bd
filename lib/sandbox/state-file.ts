import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from '../base/atomic-file.js';
import { KIB } from '../base/bytes.js';
import type { Clock } from '../base/clock.js';
import { FailedError, messageOf, UsageError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { Content, StoredFile } from './files/stored-file.js';
import type { ServerState } from './server.js';
import { decodeState, encodeState } from './state-codec.js';
import type { WorldState } from './world/model.js';

/** The state that `--state` keeps over restarts. It holds auth keys and the server's private key: mode 600. */
export interface SandboxState {
  readonly version: 1;
  readonly seed: string;
  /** Counts the processes that have used this state, so that each draws its own ids from the seed. */
  readonly run: number;
  readonly ports: readonly number[];
  readonly world: WorldState;
  readonly files: readonly StoredFile[];
  readonly server: ServerState;
}

const VERSION = 1;
const DEBOUNCE_MS = 500;
/** Uploaded files up to this size are saved; of larger ones only the description. */
const SAVED_BYTES = 256 * KIB;

/** The state in a file; undefined when there is no file. A file that is not one of ours, or is damaged, is an error. */
export async function readState(path: string): Promise<SandboxState | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UsageError(
      'STATE_UNREADABLE',
      `Can't read the sandbox's state in ${path} (${messageOf(error)}): give a file that this user may read.`,
      { cause: error, fields: { path } },
    );
  }
  return parseState(path, text);
}

function parseState(path: string, text: string): SandboxState {
  let state: unknown;
  try {
    state = decodeState(text);
  } catch (error) {
    throw damaged(path, 'it is incomplete', error);
  }
  const version = (state as Partial<SandboxState> | null)?.version;
  if (typeof version === 'number' && version !== VERSION) {
    throw damaged(path, `it has version ${version} and this sandbox reads version ${VERSION}`);
  }
  const flaw = flawOf(state as Partial<SandboxState> | null);
  if (flaw) throw damaged(path, flaw);
  return state as SandboxState;
}

function damaged(path: string, what: string, cause?: unknown): UsageError {
  return new UsageError(
    'STATE_DAMAGED',
    `The sandbox's state in ${path} can't be used: ${what}. It is left as it is: name another file with --state to start with a new one.`,
    { cause, fields: { path } },
  );
}

function flawOf(state: Partial<SandboxState> | null): string | undefined {
  if (state?.version !== VERSION || typeof state.seed !== 'string' || typeof state.run !== 'number') {
    return "it is not a sandbox's state";
  }
  const { world, files, server, ports } = state;
  if (!(world?.accounts instanceof Map) || !(world.chats instanceof Map) || !Buffer.isBuffer(world.secret)) {
    return 'its accounts or chats are missing';
  }
  const boxes = [...world.accounts.values(), ...world.chats.values()].flatMap(({ box }) => box ?? []);
  if (!boxes.every((box) => Array.isArray(box.messages) && Array.isArray(box.changes))) {
    return 'its messages are missing';
  }
  if (!Array.isArray(files) || !Array.isArray(ports)) return 'its files are missing';
  if (typeof server?.privateKeyPem !== 'string' || !Array.isArray(server.keys)) return 'its keys are missing';
  return undefined;
}

interface SaverOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly snapshot: () => SandboxState;
  readonly write?: typeof writeFileAtomic;
}

/** Writes the state shortly after changes, and on close. While a write is under way, one more waits at most. */
export class StateSaver {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #snapshot: () => SandboxState;
  readonly #writeFile: typeof writeFileAtomic;
  readonly #closing = new AbortController();
  #pending: Promise<void> | undefined;
  /** A write that hasn't begun: it will take the state as it is then. */
  #waiting: Promise<void> | undefined;
  /** Resolves when the latest write has ended. */
  #written: Promise<unknown> = Promise.resolve();

  constructor(options: SaverOptions) {
    this.#path = options.path;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#snapshot = options.snapshot;
    this.#writeFile = options.write ?? writeFileAtomic;
  }

  /** Notes that something changed: the state is written half a second later, with all changes until then. */
  touch(): void {
    if (this.#closing.signal.aborted) return;
    this.#pending ??= this.#soon();
  }

  /** Writes the state for the last time. Throws FailedError when it can't. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#pending;
    await this.save();
  }

  async #soon(): Promise<void> {
    try {
      await this.#clock.sleep(DEBOUNCE_MS, this.#closing.signal);
    } catch {
      // Only closing ends the sleep early, and close() writes.
      return;
    }
    this.#pending = undefined;
    try {
      await this.save();
    } catch (error) {
      this.#log.error('state_not_saved', { path: this.#path, reason: messageOf(error) });
    }
  }

  /** Writes it as it is once earlier writes have ended: the file keeps the latest. Throws FailedError when it can't. */
  save(): Promise<void> {
    if (this.#waiting) return this.#waiting;
    const writing = this.#written.then(() => {
      this.#waiting = undefined;
      return this.#write();
    });
    this.#waiting = writing;
    this.#written = writing.catch(() => {});
    return writing;
  }

  async #write(): Promise<void> {
    const { files, ...state } = this.#snapshot();
    try {
      await this.#writeFile(this.#path, encodeState({ ...state, files: files.map(described) }));
    } catch (error) {
      throw new FailedError(
        'STATE_UNWRITABLE',
        `Can't write the sandbox's state to ${this.#path} (${messageOf(error)}): give a file in a directory that this user may write.`,
        { cause: error, fields: { path: this.#path } },
      );
    }
  }
}

function described(file: StoredFile): StoredFile {
  return {
    ...file,
    content: savedContent(file.content),
    sizes: file.sizes.map((size) => ({ ...size, content: savedContent(size.content) })),
  };
}

function savedContent(content: Content): Content {
  if (content.kind === 'parts') return { kind: 'lost' };
  return content.kind === 'bytes' && content.bytes.length > SAVED_BYTES ? { kind: 'lost' } : content;
}
