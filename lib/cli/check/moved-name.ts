import { refuseMovedNames } from '../../ledger/moved-names.js';
import { readLedger } from '../../ledger/read-ledger.js';
import type { Settings } from '../../settings/settings.js';
import { serverIdentity } from '../../telegram/server-key.js';
import type { Side, SideName } from '../pair.js';

/** Refuses a name that leads elsewhere than when a job was begun by it, as a run does. */
export async function refuseMovedName(
  settings: Settings,
  side: SideName,
  { chat, name }: Side,
): Promise<void> {
  const { dataDir } = settings;
  const server = serverIdentity(settings);
  const chats =
    side === 'source'
      ? { sourceName: name, sourceId: chat.id, sourceTitle: chat.title, formerSourceId: chat.former?.id }
      : { targetName: name, targetId: chat.id, targetTitle: chat.title, formerTargetId: chat.former?.id };
  await readLedger(dataDir, (db) => refuseMovedNames(db, { dataDir, server, ...chats }));
}
