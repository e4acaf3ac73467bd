import type { RoomTables } from '../store/room-tables.js';
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
import { createVersion13, FORMER_NAMES } from './version-13.js';
import { createVersion20 } from './version-20.js';
import { createVersion21 } from './version-21.js';
import { createVersion22 } from './version-22.js';

/** The ledger's tables: what each version of the database changes in them. */
export const LEDGER_TABLES: RoomTables = {
  migrations: {
    1: createVersion1,
    2: createVersion2,
    3: createVersion3,
    4: createVersion4,
    5: createVersion5,
    6: createVersion6,
    7: createVersion7,
    8: createVersion8,
    9: createVersion9,
    10: createVersion10,
    11: createVersion11,
    12: createVersion12,
    13: createVersion13,
    20: createVersion20,
    21: createVersion21,
    22: createVersion22,
  },
  names: [...Object.keys(FORMER_NAMES), ...Object.values(FORMER_NAMES), 'ledger_targets'],
};
