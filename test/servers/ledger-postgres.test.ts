import { onServers } from './databases.js';
import { testLedger } from './ledger-suites.js';

onServers("the clone's ledger", testLedger, ['postgres']);
