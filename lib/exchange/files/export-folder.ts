import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../base/errors.js';
import { makePrivateDirectory } from '../../base/private-directory.js';
import { type FileLock, lockFile } from '../../store/file-lock.js';
import { chooseFolder, exportOfAnother } from './choose-folder.js';
import { notWritten } from './disk-error.js';
import { BEGUN, FETCHED, FetchedFiles } from './fetched-files.js';
import { FileList } from './file-list.js';
import {
  type ExportIdentity,
  type ExportState,
  isSameExport,
  NOTES,
  readState,
  type StateChat,
  writeState,
} from './state.js';

/** The folder of an export while it is written. One process at a time has it. */
export class ExportFolder {
  readonly path: string;
  /** For files under way, and notes. */
  readonly notes: string;
  /** Of the export before. */
  readonly state: ExportState | undefined;
  readonly list: FileList;
  readonly fetched: FetchedFiles;
  readonly #identity: ExportIdentity;
  readonly #lock: FileLock;
  readonly #listName: string;
  #isKept = false;

  private constructor(
    path: string,
    identity: ExportIdentity,
    kept: {
      readonly state: ExportState | undefined;
      readonly lock: FileLock;
      readonly list: FileList;
      readonly listName: string;
      readonly fetched: FetchedFiles;
    },
  ) {
    this.path = path;
    this.notes = join(path, NOTES);
    this.state = kept.state;
    this.list = kept.list;
    this.fetched = kept.fetched;
    this.#identity = identity;
    this.#lock = kept.lock;
    this.#listName = kept.listName;
  }

  /**
   * Takes the folder of an export: see chooseFolder, whose errors it throws.
   * @throws UsageError EXPORT_RUNNING; FailedError EXPORT_NOT_WRITTEN
   */
  static async open(output: string, identity: ExportIdentity, day: string): Promise<ExportFolder> {
    const { folder } = await chooseFolder(output, identity, day);
    const notes = join(folder, NOTES);
    const lock = await lockNotes(folder, notes);
    try {
      // Read under the lock: another process may have ended meanwhile.
      const state = await readState(folder);
      if (state && !isSameExport(state, identity)) throw exportOfAnother(folder, state);
      if (!state) await writeState(folder, { ...identity, chats: [] });
      await removeLeftovers(notes, state?.list);
      const listName = `files-${randomUUID()}.jsonl`;
      const known = state?.list === undefined ? undefined : join(notes, state.list);
      const list = await FileList.begin(
        known !== undefined && existsSync(known) ? known : undefined,
        join(notes, listName),
      );
      const fetched = await FetchedFiles.open(notes);
      return new ExportFolder(folder, identity, { state, lock, list, listName, fetched });
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Notes what the next export goes by. */
  async keep(chats: readonly StateChat[]): Promise<void> {
    await this.list.finish();
    await writeState(this.path, { ...this.#identity, chats, list: this.#listName });
    this.#isKept = true;
    await removeLeftovers(this.notes, this.#listName);
    // The list says it all, and the messages of what was only begun are gone, or have other files.
    await removeAll(this.notes, (name) => name === FETCHED || name.endsWith(BEGUN));
  }

  async close(): Promise<void> {
    await this.list.close();
    if (!this.#isKept) await rm(join(this.notes, this.#listName), { force: true });
    this.#lock.release();
  }
}

async function lockNotes(folder: string, notes: string): Promise<FileLock> {
  let lock: FileLock | undefined;
  try {
    await makePrivateDirectory(notes);
    lock = lockFile(join(notes, 'lock'));
  } catch (error) {
    throw notWritten(folder, error);
  }
  if (lock) return lock;
  throw new UsageError(
    'EXPORT_RUNNING',
    `Another export is writing into ${folder}: wait for its end, or choose another folder with --output.`,
    { fields: { path: folder } },
  );
}

/** Of processes that died: files under way, and lists that nothing names. The files that can be continued stay. */
async function removeLeftovers(notes: string, list: string | undefined): Promise<void> {
  await removeAll(notes, (name) => (name.startsWith('files-') && name !== list) || name.endsWith('.part'));
}

async function removeAll(notes: string, isLeft: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(notes)) {
    if (isLeft(name)) await rm(join(notes, name), { force: true });
  }
}
