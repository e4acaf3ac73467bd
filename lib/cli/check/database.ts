import { readLedger } from '../../ledger/ledger.js';
import type { Settings } from '../../settings/settings.js';
import { waitingRows } from '../../store/journal/journal-folder.js';
import type { CommandContext } from '../command.js';
import { ledgerPlace } from '../ledger-place.js';
import { count } from '../progress/words.js';
import type { Outcome } from './finding.js';

/** Connects to the database of DATABASE_URL and reads its tables, without making any. Throws the errors of a run. */
export async function databaseInUse(context: CommandContext, settings: Settings): Promise<Outcome> {
  const place = ledgerPlace(context, settings);
  const hasTables = (await readLedger(place, async () => true)) === true;
  const answer = `${place.database?.name} answers, and ${hasTables ? "has TelePi's tables" : 'has no tables yet'}`;
  const waiting = await waitingRows(settings.dataDir);
  const rows = waiting.reduce((sum, each) => sum + (each.of.key === place.database?.key ? each.rows : 0), 0);
  return rows === 0
    ? answer
    : `${answer}; ${count(rows, 'row')} of an outage ${rows === 1 ? 'is' : 'are'} written at the next start`;
}
