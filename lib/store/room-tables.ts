import type { Migration } from './migrate.js';

/** What a room keeps in the database that all rooms share. */
export interface RoomTables {
  /** By the version that each brings the whole database to: no two rooms have a migration for the same. */
  readonly migrations: Readonly<Record<number, Migration>>;
  /** The names of its tables, former ones included. */
  readonly names: readonly string[];
}

/** The migrations of all rooms in one list, from no tables to version 1, from 1 to 2, and so on. */
export function inOneList(rooms: readonly RoomTables[]): readonly Migration[] {
  const steps = rooms
    .flatMap(({ migrations }) => Object.entries(migrations))
    .map(([version, migration]) => ({ version: Number(version), migration }))
    .sort((one, other) => one.version - other.version);
  for (const [index, { version }] of steps.entries()) {
    if (version !== index + 1) throw new RangeError(`no migration, or two of them, for version ${index + 1}`);
  }
  return steps.map(({ migration }) => migration);
}
