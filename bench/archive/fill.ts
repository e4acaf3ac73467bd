import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../lib/base/clock.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { LEDGER_FILE } from '../../lib/ledger/ledger-file.js';
import type { OpenDatabase } from '../../lib/store/open-database.js';
import { openSqlite } from '../../lib/store/sqlite.js';
import { storeWriter } from '../../lib/store/store-writer.js';
import type { MessageToSave } from '../../lib/store/tables/message-columns.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { FIRST_SENDER, syntheticMessages } from './synthetic-messages.js';

export const ACCOUNT = 777;
export const CHAT = { accountId: ACCOUNT, chatId: -1_001_234_567_890 };
const SEED = 14;
const PEOPLE =
  'Ada Lind,Bruno Keller,Chiara Russo,Дарья Орлова,Emeka Obi,Fatima Nour,Georg Vogt,林美華,Ines Duarte,Jonas Berg,Kateryna Bondar,Liam Walsh,Mina Park,Noor Haddad,Olga Ivanova,Pablo Soto,Quinn Hale,Rosa Lopez,Samir Aziz,Tove Holm'.split(
    ',',
  );
const PAGE = 300;

/** A data directory with a store of `count` messages in `folder`; made once, and found again. */
export async function filledDirectory(folder: string, count: number): Promise<string> {
  const directory = join(folder, String(count));
  if (existsSync(directory)) return directory;
  const making = `${directory}.making-${process.pid}`;
  await mkdir(making, { recursive: true, mode: 0o700 });
  const open = await openSqlite<StoreTables>(join(making, LEDGER_FILE), DATABASE_OWNER);
  try {
    await fill(open, count);
  } finally {
    await open.close();
  }
  await rename(making, directory);
  return directory;
}

export async function fill({ db }: OpenDatabase<StoreTables>, count: number): Promise<void> {
  const writer = storeWriter(db, { host: 'bench', clock: systemClock });
  await writer.saveAccount({ accountId: ACCOUNT, name: 'Bench', isBot: false });
  await writer.saveChats(ACCOUNT, [{ chatId: CHAT.chatId, type: 'supergroup', title: 'A busy group' }]);
  await writer.savePeople(
    ACCOUNT,
    PEOPLE.map((name, nth) => ({ personId: FIRST_SENDER + nth, name })),
  );
  let page: MessageToSave[] = [];
  for (const message of syntheticMessages({ chatId: CHAT.chatId, seed: SEED, count })) {
    page.push(message);
    if (page.length < PAGE) continue;
    await writer.saveMessages(CHAT, page);
    page = [];
  }
  await writer.saveMessages(CHAT, page);
}
