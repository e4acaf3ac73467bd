import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import { silentLog } from '../../lib/base/log.js';
import { systemRandom } from '../../lib/base/random.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { diskPlace } from '../../lib/download/disk-place.js';
import { downloadFiles } from '../../lib/download/download-files.js';
import type { DownloadEvent, DownloadSummary, PlannedFile } from '../../lib/download/events.js';
import type { DownloadOptions, ReadOrder } from '../../lib/download/options.js';
import { DEFAULT_PATH, readPathTemplate } from '../../lib/download/path-template.js';
import { plannedFiles } from '../../lib/download/planned-files.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import type { Chat as WorldChat } from '../../lib/sandbox/world/model.js';
import type { OpenDatabase } from '../../lib/store/open-database.js';
import { openSqlite } from '../../lib/store/sqlite.js';
import { storeWriter } from '../../lib/store/store-writer.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { parseChatRef } from '../../lib/telegram/chat-ref.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import type { CloneScene } from './clone-scene.js';
import { selectionFor } from './selection.js';

export const HOST = 'first-host';

/** A download on demand: a folder, and a database of its own. */
export interface DownloadScene {
  readonly folder: string;
  readonly store: DownloadOptions['store'];
  /** Never throws the download's error. */
  run(
    reads: readonly ReadOrder[],
    more?: More,
    wanted?: (file: PlannedFile) => boolean,
  ): Promise<DownloadRun>;
  plan(reads: readonly ReadOrder[], more?: More): Promise<PlannedFile[]>;
}

/** A database that is used in place of a file of its own; whoever opened it closes it. */
export type StoreDatabase = Pick<OpenDatabase<StoreTables>, 'db' | 'close'>;

type More = Partial<DownloadOptions>;

export interface DownloadRun {
  readonly summary: DownloadSummary | undefined;
  readonly error: unknown;
  readonly events: readonly DownloadEvent[];
}

export async function downloadScene(
  t: Pick<TestContext, 'after'>,
  scene: Pick<CloneScene, 'client' | 'me'>,
  folders: { readonly folder: string; readonly dataDir: string; readonly database?: StoreDatabase },
): Promise<DownloadScene> {
  const path = join(folders.dataDir, 'ledger.db');
  const open = folders.database ?? (await openSqlite<StoreTables>(path, DATABASE_OWNER));
  if (!folders.database) t.after(() => open.close());
  const store = { db: open.db, writer: storeWriter(open.db, { host: HOST, clock: systemClock }) };
  const optionsOf = async (reads: readonly ReadOrder[], more: More): Promise<DownloadOptions> => ({
    client: scene.client,
    accountId: scene.me.id,
    reads,
    unread: [],
    leaveOutProtected: false,
    selection: await selectionFor({}, { self: scene.me.id }),
    place: diskPlace(folders.folder),
    template: readPathTemplate(DEFAULT_PATH, '--path'),
    store,
    host: HOST,
    parallel: 5,
    dedupe: 'skip',
    verifySource: false,
    allowProtected: false,
    action: { userName: 'ann', arguments: { chats: reads.map(({ chat }) => chat.id) } },
    budget: new ByteBudget(64 * 1024 * 1024),
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    signal: new AbortController().signal,
    onEvent: () => {},
    ...more,
  });
  return {
    folder: folders.folder,
    store,
    async run(reads, more = {}, wanted) {
      const events: DownloadEvent[] = [];
      const options = await optionsOf(reads, {
        ...more,
        onEvent(event) {
          events.push(event);
          more.onEvent?.(event);
        },
      });
      try {
        return { summary: await downloadFiles(options, wanted), error: undefined, events };
      } catch (error) {
        return { summary: undefined, error, events };
      }
    },
    async plan(reads, more = {}) {
      const found: PlannedFile[] = [];
      for await (const file of plannedFiles(await optionsOf(reads, more))) found.push(file);
      return found;
    },
  };
}

/** An order to read a whole chat. */
export async function chatOrder(
  { client }: Pick<CloneScene, 'client'>,
  chat: Pick<WorldChat, 'id' | 'username'>,
  more: Partial<Extract<ReadOrder, { kind: 'chat' }>> = {},
): Promise<ReadOrder> {
  const name = chat.username === undefined ? String(chat.id) : `@${chat.username}`;
  const found = await resolveChat(client, parseChatRef(name), new AbortController().signal);
  return { kind: 'chat', chat: found, withComments: false, ...more };
}
