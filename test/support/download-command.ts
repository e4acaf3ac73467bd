import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import type { OpenDatabase } from '../../lib/store/open-database.js';
import { openSqlite } from '../../lib/store/sqlite.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { runInProcess } from './in-process.js';
import type { Scene } from './scene.js';

/** Small content, of which the channel to read has photos, videos and papers of 2024. */
export const FILL = { messages: 10, largeFiles: [], edgeSizes: false };

/** The files under a folder, sorted, with `/` between their components. */
export function filesIn(folder: string): string[] {
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .sort()
    : [];
}

export interface Posted {
  readonly id: number;
  readonly date: number;
  readonly kind: string;
  readonly name: string | undefined;
  readonly mime: string | undefined;
  readonly bytes: Buffer;
}

/** What the chat holds, as the sandbox knows it. */
export function postedIn({ sandbox, filled }: Scene): readonly Posted[] {
  const messages = filled.chats.readOnly.box?.messages ?? [];
  return messages.flatMap(({ id, date, media }) => {
    const file = media && 'fileId' in media ? sandbox.files.get(media.fileId) : undefined;
    if (!file) return [];
    const named = file.attributes.find((attribute) => attribute.type === 'filename');
    return [
      {
        id,
        date,
        kind: file.kind,
        name: named && 'name' in named ? named.name : undefined,
        mime: file.mimeType,
        bytes: sandbox.files.read(file, 0, file.size) ?? Buffer.of(),
      },
    ];
  });
}

/** `telepi download` in this process, which spares its start. */
export async function download(scene: Scene, args: readonly string[], input = '') {
  const outcome = await failing(scene, args, input);
  assert.equal(outcome.status, 0, `${args.join(' ')}: ${outcome.stderr}${outcome.stdout}`);
  return outcome;
}

/** The same, however it ends. */
export async function failing({ connection, cwd }: Scene, args: readonly string[], input = '') {
  const stdin = new PassThrough();
  stdin.end(input);
  return runInProcess(['download', ...args], { environment: connection, cwd, stdin });
}

export const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Lets `read` look into the database of a scene's data directory. */
export async function inDatabase<T>(
  { cwd }: Pick<Scene, 'cwd'>,
  read: (db: OpenDatabase<StoreTables>['db']) => Promise<T>,
): Promise<T> {
  const open = await openSqlite<StoreTables>(join(cwd, 'data', 'ledger.db'), DATABASE_OWNER);
  try {
    return await read(open.db);
  } finally {
    await open.close();
  }
}

/** What the log of actions says of downloads, oldest first. */
export function downloadsIn(scene: Pick<Scene, 'cwd'>) {
  return inDatabase(scene, (db) =>
    db
      .selectFrom('action_log')
      .select(['state', 'user_name', 'hostname', 'arguments', 'counts'])
      .where('action', '=', 'download')
      .orderBy('seq')
      .execute(),
  );
}
