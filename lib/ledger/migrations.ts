import type { Migration } from '../store/migrate.js';
import { STORE_MIGRATIONS } from '../store/tables/make-tables.js';
import { createVersion1 } from './version-1.js';
import { createVersion2 } from './version-2.js';
import { createVersion3 } from './version-3.js';
import { createVersion4 } from './version-4.js';
import { createVersion5 } from './version-5.js';
import { createVersion6 } from './version-6.js';
import { createVersion7 } from './version-7.js';
import { createVersion8 } from './version-8.js';
import { createVersion9 } from './version-9.js';
import { createVersion10 } from './version-10.js';
import { createVersion11 } from './version-11.js';
import { createVersion12 } from './version-12.js';
import { createVersion13 } from './version-13.js';

/**
 * From no tables to version 1, from 1 to 2, and so on: of all rooms that have tables, in one order, to which later ones are
 * added at the end.
 */
export const MIGRATIONS: readonly Migration[] = [
  createVersion1,
  createVersion2,
  createVersion3,
  createVersion4,
  createVersion5,
  createVersion6,
  createVersion7,
  createVersion8,
  createVersion9,
  createVersion10,
  createVersion11,
  createVersion12,
  createVersion13,
  ...STORE_MIGRATIONS,
];
