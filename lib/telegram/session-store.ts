import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.js';
import { refuseOddFile } from '../base/odd-file.js';
import { prepareDataDir, unusable } from './data-dir.js';

/** Where the session string is kept. It is a secret: whoever has it is signed in. */
export interface SessionStore {
  /** The name in errors: a path, or the name of a setting. */
  readonly name: string;
  load(): Promise<string | undefined>;
  save(session: string): Promise<void>;
  remove(): Promise<void>;
}

/** `<dataDir>/session`, mode 600, replaced atomically. */
export function fileSessionStore(dataDir: string): SessionStore {
  const path = join(dataDir, 'session');
  return {
    name: path,
    async load() {
      refuseOddFile(path);
      try {
        const text = (await readFile(path, 'utf8')).trim();
        return text === '' ? undefined : text;
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined;
        throw await unusable(path, 'read', error);
      }
    },
    async save(session) {
      await prepareDataDir(dataDir);
      await writeFileAtomic(path, `${session}\n`, { mode: 0o600 });
    },
    remove: () => rm(path, { force: true }),
  };
}

/** TG_SESSION: used as given and never written back; changes last as long as the process. */
export function stringSessionStore(session: string): SessionStore {
  let held: string | undefined = session;
  return {
    name: 'TG_SESSION',
    load: async () => held,
    save: async (changed) => {
      held = changed;
    },
    remove: async () => {
      held = undefined;
    },
  };
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
