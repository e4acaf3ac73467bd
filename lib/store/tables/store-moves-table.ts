import type { StoredTime } from '../times.js';

/** Moves of a whole database, as this database knows them. */
export interface StoreMovesTable {
  /** 32 hex digits, random: the same on both sides. */
  move_id: string;
  /**
   * `away`: the rows were copied into another database, which is the one in use. `arriving`: rows are being copied into this
   * one. `arrived`: they are all here, or were when they were moved further.
   */
  state: 'away' | 'arriving' | 'arrived';
  /** What people call the other database; without a password. */
  other: string;
  host: string;
  moved_datetime: StoredTime;
}
