import { readLedger } from '../../ledger/ledger.js';
import type { Settings } from '../../settings/settings.js';
import type { CommandContext } from '../command.js';
import { ledgerPlace } from '../ledger-place.js';
import type { Outcome } from './finding.js';

/** Connects to the database of DATABASE_URL and reads its tables, without making any. Throws the errors of a run. */
export async function databaseInUse(context: CommandContext, settings: Settings): Promise<Outcome> {
  const place = ledgerPlace(context, settings);
  const hasTables = (await readLedger(place, async () => true)) === true;
  return `${place.database?.name} answers, and ${hasTables ? "has TelePi's tables" : 'has no tables yet'}`;
}
