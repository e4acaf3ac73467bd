import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { exported, exportedService, supergroup } from '../support/import-scene.js';
import { type TelepiOutcome, telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { environmentOf, onAllDatabases, openPlace, type Subject } from './databases.js';

const MESSAGES = 6000;
const FILES = 200;
/** After so many of its messages are there, the process is killed, each time it is begun again. */
const DEATHS = [1, 2000, 3700, MESSAGES];

/** An export with files, people, notes of Telegram, and messages that come twice, the later edit first. */
function makeExport(t: TestContext): string {
  const folder = join(temporaryFolder(t), 'ChatExport');
  mkdirSync(join(folder, 'files'), { recursive: true });
  const every = MESSAGES / FILES;
  const messages: unknown[] = [exportedService(1, 'create_channel', { title: 'Group' })];
  for (let id = 2; id <= MESSAGES; id += 1) {
    const file = id % every === 0 ? `files/${id}.txt` : undefined;
    if (file) writeFileSync(join(folder, file), `content ${id % 7}`);
    const person = id % 23;
    messages.push(
      exported(id, {
        ...{ text: `text ${id}`, from: `Person ${person}`, from_id: `user${person + 1}` },
        ...(file && { file, file_size: 9, mime_type: 'text/plain' }),
      }),
    );
    if (id % 500 === 0) messages.push(exported(id, { text: `edited ${id}`, edited_unixtime: '1709650000' }));
  }
  writeFileSync(join(folder, 'result.json'), JSON.stringify(supergroup(messages), null, 1));
  return folder;
}

/** A store, and `telepi import` into it in a process of its own. */
async function opened(t: TestContext, subject: Subject, folder: string) {
  const place = await subject.place(t);
  const { db } = await openPlace<StoreTables>(t, place, DATABASE_OWNER);
  const environment = { DATA_DIR: place.dataDir, ...environmentOf(place) };
  const run = (dieAfter?: number): Promise<TelepiOutcome> => {
    let isOver = false;
    const outcome = telepi(['import', folder, '--account', '777'], {
      ...{ cwd: place.dataDir, environment },
      onStart: (child) => {
        if (dieAfter === undefined) return;
        void (async () => {
          while (!isOver && (await lastId()) < dieAfter) await setImmediate();
          child.kill('SIGKILL');
        })();
      },
    });
    return outcome.finally(() => {
      isOver = true;
    });
  };
  const lastId = async (): Promise<number> => {
    const { last } = await db
      .selectFrom('messages')
      .select(({ fn }) => fn.max('message_id').as('last'))
      .executeTakeFirstOrThrow();
    return Number(last ?? 0);
  };
  return { db, run };
}

const TABLES = [
  'messages',
  'versions',
  'media',
  'file_copies',
  'chats',
  'people',
  'former_names',
  'changes',
] as const;
/** When something was noted, and where in the sequence of all changes. */
const BY_TIME = /_datetime$|^seq$/;

async function contentOf({
  db,
}: Awaited<ReturnType<typeof opened>>): Promise<Record<string, readonly string[]>> {
  const content: Record<string, readonly string[]> = {};
  for (const table of TABLES) {
    const rows = (await db.selectFrom(table).selectAll().execute()) as Record<string, unknown>[];
    content[table] = rows
      .map((row) =>
        JSON.stringify(
          Object.entries(row).flatMap(([name, value]) => (BY_TIME.test(name) ? [] : [String(value)])),
        ),
      )
      .sort();
  }
  return content;
}

onAllDatabases('an import whose process is killed', (subject) => {
  it('is completed by the next one, as if nothing had been', async (t) => {
    const folder = makeExport(t);
    const whole = await opened(t, subject(), folder);
    const outcome = await whole.run();
    assert.equal(outcome.status, 0, outcome.stderr);
    const scene = await opened(t, subject(), folder);
    let killed = 0;
    for (const death of DEATHS) {
      const { signal, stderr, status } = await scene.run(death);
      if (signal === 'SIGKILL') killed += 1;
      else assert.equal(status, 0, stderr);
    }
    assert.ok(killed >= 3, `${killed} processes were killed in the middle`);
    const last = await scene.run();
    assert.equal(last.status, 0, last.stderr);
    const [content, expected] = [await contentOf(scene), await contentOf(whole)];
    for (const table of TABLES) {
      assert.equal(content[table]?.length, expected[table]?.length, table);
      assert.deepEqual(content[table], expected[table], table);
    }
    assert.equal(expected['messages']?.length, MESSAGES);
    assert.equal(expected['file_copies']?.length, FILES);
    assert.equal(expected['versions']?.length, Math.floor(MESSAGES / 500));
    const again = await scene.run();
    assert.match(again.stdout, / 0 added, 0 changed, /);
    assert.deepEqual(await contentOf(scene), expected);
  });
});
