import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UsageError } from '../base/errors.js';
import { LEDGER_FILE } from '../ledger/ledger-file.js';
import { secretsOfDatabase } from '../settings/database.js';
import { databaseNamed, isVariableName } from '../settings/database-setting.js';
import type { Settings } from '../settings/settings.js';
import { filePlace, type MovePlace, serverPlace } from '../store/move/move-place.js';
import { serverDatabase } from '../store/server-database.js';
import type { CommandContext } from './command.js';

/** A side of `telepi move-store`. */
export interface MoveSide {
  readonly place: MovePlace;
  /** The directory with the folders of its jobs. */
  readonly dataDir: string;
  /** The path of an SQLite file; absent for a server. */
  readonly file?: string;
  /** It is the ledger of its directory, to which the directory's files with targets belong. */
  readonly isLedger?: boolean;
  /** By which rows that wait for a server are known (see WaitingRows); absent for a file. */
  readonly key?: string;
}

/**
 * The database that a word means: `file`, the data directory's own; the name of a setting that holds a URL; or the path
 * of an SQLite file. A URL itself is refused, since process lists show it.
 */
export function moveSide(
  context: CommandContext,
  { dataDir }: Pick<Settings, 'dataDir'>,
  flag: string,
  word: string,
): MoveSide {
  const { sources, redactor } = context;
  if (word.includes('://')) {
    throw new UsageError(
      'USAGE',
      `--${flag} takes no URL, since process lists show it: put the URL into .env or the environment under a name, and give ` +
        `the name, such as --${flag} DATABASE_URL.`,
    );
  }
  if (word === 'file') return inFile(join(dataDir, LEDGER_FILE));
  const server = isVariableName(word) ? databaseNamed(word, sources) : undefined;
  if (server) {
    redactor.add(server.text, ...secretsOfDatabase(server.address));
    const door = serverDatabase(server.address);
    context.atEnd(() => door.close());
    return { place: serverPlace(door), dataDir, key: door.key };
  }
  const path = resolve(sources.workingDirectory, word);
  if (/^[A-Z][A-Z0-9_]*$/.test(word) && !existsSync(path)) {
    throw new UsageError(
      'MISSING_SETTING',
      `${word} is not set: put the URL of the database into .env or the environment under this name, or give --${flag} ` +
        'another name, file, or the path of an SQLite file.',
      { fields: { setting: word } },
    );
  }
  return inFile(path);
}

function inFile(path: string): MoveSide {
  return {
    place: filePlace(path),
    dataDir: dirname(path),
    file: path,
    isLedger: basename(path) === LEDGER_FILE,
  };
}
