import type { Kysely } from 'kysely';
import type { OpenDatabase } from '../open-database.js';
import type { DatabaseOwner } from '../owner.js';
import { readSqlite } from '../read-sqlite.js';
import type { ServerDatabase } from '../server-database.js';
import { openSqlite } from '../sqlite.js';
import type { AnyTables } from './pages.js';

/** A database from which or into which rows are moved. */
export interface MovePlace {
  /** What people call it. */
  readonly name: string;
  open(owner: DatabaseOwner): Promise<OpenDatabase<AnyTables>>;
  /** Lets `work` read it without changing anything; undefined when it has no tables yet. `work` may be run again. */
  look<T>(owner: DatabaseOwner, work: (db: Kysely<AnyTables>) => Promise<T>): Promise<T | undefined>;
  /** Lets `work` read all of it as it is at one moment, at this version. `work` may be run again from its beginning. */
  snapshot<T>(owner: DatabaseOwner, work: (db: Kysely<AnyTables>) => Promise<T>): Promise<T | undefined>;
  /** Whether nobody can write it during `snapshot`. */
  readonly staysStill: boolean;
}

/** An SQLite file. While it is read, its write lock is taken: nobody can add rows that would be left behind. */
export function filePlace(path: string): MovePlace {
  return {
    name: path,
    open: (owner) => openSqlite<AnyTables>(path, owner),
    look: (owner, work) => readSqlite({ path, owner }, work),
    async snapshot(owner, work) {
      const { db, close } = await openSqlite<AnyTables>(path, owner);
      try {
        return await db.transaction().execute(work);
      } finally {
        await close();
      }
    },
    staysStill: true,
  };
}

export function serverPlace(database: ServerDatabase): MovePlace {
  const read: MovePlace['snapshot'] = (owner, work) => database.read(owner, work);
  return {
    name: database.name,
    open: (owner) => database.open<AnyTables>(owner),
    look: read,
    snapshot: read,
    staysStill: false,
  };
}
