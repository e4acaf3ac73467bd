import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Clock } from '../../lib/base/clock.js';
import { systemRandom } from '../../lib/base/random.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { fixedClock } from '../../lib/erase/as-import/import-clock.js';
import type { ImportEvent } from '../../lib/erase/as-import/import-events.js';
import { type ImportSummary, importHistory } from '../../lib/erase/as-import/import-history.js';
import { LossCounts } from '../../lib/erase/as-import/import-losses.js';
import { ImportNames } from '../../lib/erase/as-import/import-names.js';
import type { ImportRun } from '../../lib/erase/as-import/import-run.js';
import { type ArchivedPage, type PartLimits, partsOf } from '../../lib/erase/as-import/parts.js';
import type { MessageDocument } from '../../lib/messages/document/document.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { Chat as WorldChat } from '../../lib/sandbox/world/model.js';
import { openSqlite } from '../../lib/store/sqlite.js';
import { ImportJournal } from '../../lib/store/tables/import-journal.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { parseChatRef } from '../../lib/telegram/chat-ref.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import { partUploader } from '../../lib/telegram/upload.js';
import type { CloneScene } from './clone-scene.js';
import { temporaryFolder } from './temporary-folder.js';

export interface ImportScene {
  readonly events: ImportEvent[];
  /** Imports the documents into the chat, with a journal that stays. */
  run(documents: readonly MessageDocument[], more?: MoreOfRun): Promise<ImportSummary>;
  /** The imported messages of the chat. */
  imported(): readonly Message[];
  /** Another process takes the right to import, as one does after a minute's silence of this one. */
  takeOver(): Promise<void>;
  /** When the right to import expires, if nobody renews it. */
  expiry(): Promise<string | undefined>;
}

export interface MoreOfRun extends Partial<Pick<ImportRun, 'again' | 'wallClock' | 'signal' | 'clock'>> {
  readonly limits?: PartLimits;
  /** The contents of files, by Telegram's ids; others aren't kept. */
  readonly files?: ReadonlyMap<string, Buffer>;
  readonly change?: (run: ImportRun) => ImportRun;
  readonly group?: string;
}

const CHAT = -1_001_234;
const NAMES = new Map([
  [42, 'Zoë'],
  [43, 'Bob: Roe'],
]);

export async function importScene(
  t: TestContext,
  { client, me, sandbox }: CloneScene,
  chat: Pick<WorldChat, 'id'>,
  clock: Clock,
): Promise<ImportScene> {
  const open = await openSqlite<StoreTables>(join(temporaryFolder(t), 'ledger.db'), DATABASE_OWNER);
  t.after(() => open.close());
  const target = await resolveChat(client, parseChatRef(String(chat.id)), AbortSignal.timeout(60_000));
  const events: ImportEvent[] = [];
  const planHash = createHash('sha256').update('plan').digest('hex');
  const key = { accountId: me.id, planHash, targetId: target.id };
  return {
    events,
    imported: () =>
      sandbox.world.messagesWith(me.id, chat.id).filter(({ forward }) => forward?.imported === true),
    async takeOver() {
      await open.db.updateTable('leases').set({ holder: 'another', expires_datetime: '0' }).execute();
    },
    async expiry() {
      const row = await open.db.selectFrom('leases').select('expires_datetime').executeTakeFirst();
      return row === undefined ? undefined : String(row.expires_datetime);
    },
    async run(documents, more = {}) {
      const { limits, files = new Map<string, Buffer>(), change = (run) => run, group = 'Hikes' } = more;
      const signal = more.signal ?? AbortSignal.timeout(60_000);
      const wallClock = more.wallClock ?? fixedClock(0);
      const journal = await ImportJournal.open(
        { db: open.db, host: 'first-host', clock, random: systemRandom, key },
        signal,
        () => undefined,
      );
      const names = new ImportNames();
      const partsWith = (
        isWanted: (id: number) => boolean,
        isKept: ArchivedPage['isKept'],
        number: number,
      ) => {
        const messages = documents.filter(({ id }) => isWanted(id));
        const nameOf = (author: number | undefined) => names.of(author, { name: NAMES.get(author ?? 0) });
        return partsOf({
          pages: (async function* () {
            yield { chatId: CHAT, messages, isKept, nameOf };
          })(),
          group: target.kind === 'user' ? undefined : group,
          wallClock,
          mark: 'telepi-9f86d081',
          losses: new LossCounts(),
          number,
          ...(limits && { limits }),
        });
      };
      try {
        return await importHistory(
          change({
            client,
            target,
            journal,
            parts: (taken, number) =>
              partsWith(
                (id) => !taken.find(CHAT, id),
                ({ id }) => files.has(id),
                number,
              ),
            async partOf(of, number) {
              const isKept: ArchivedPage['isKept'] = (_, id) => of.find(CHAT, id)?.withFiles === true;
              for await (const part of partsWith((id) => of.find(CHAT, id) !== undefined, isKept, number))
                return part;
              return undefined;
            },
            wallClock,
            open: async ({ reference }) => {
              const bytes = files.get(reference.id) ?? Buffer.alloc(0);
              return {
                size: bytes.length,
                read: async (start, length) => Buffer.from(bytes.subarray(start, start + length)),
              };
            },
            again: more.again ?? false,
            uploader: partUploader(client, { connections: 2 }),
            budget: new ByteBudget(8 * 2 ** 20),
            clock: more.clock ?? clock,
            random: systemRandom,
            signal: AbortSignal.any([signal, journal.lost]),
            onEvent: (event) => events.push(event),
          }),
        );
      } finally {
        await journal.close();
      }
    },
  };
}
