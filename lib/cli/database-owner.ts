import { ledgerOwner } from '../ledger/ledger.js';
import { LEDGER_TABLES } from '../ledger/migrations.js';
import type { DatabaseOwner } from '../store/owner.js';
import { inOneList } from '../store/room-tables.js';
import { STORE_TABLES } from '../store/tables/make-tables.js';

/** Every room that has tables. They share one database, which has one version. */
const ROOMS = [LEDGER_TABLES, STORE_TABLES];

/** TelePi's database: the tables of all rooms, how it is recognised, and the errors about one that can't be used. */
export const DATABASE_OWNER: DatabaseOwner = ledgerOwner({
  migrations: inOneList(ROOMS),
  serverTables: ROOMS.flatMap(({ names }) => names),
});
