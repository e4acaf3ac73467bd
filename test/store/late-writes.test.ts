import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import type { PostDocument } from '../../lib/messages/document/document.js';
import { openSqlite } from '../../lib/store/sqlite.js';
import { storeWriter } from '../../lib/store/store-writer.js';
import { markDeleted } from '../../lib/store/tables/mark-messages.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const BEGIN = 1_700_000_000_000;
const HOSTS = ['one', 'two', 'three'] as const;

/** What happens, a second apart: the message is changed, a host sees it, or a host writes what waits in its journal. */
type Step =
  | { readonly what: 'change'; readonly text: string }
  | { readonly what: 'see'; readonly host: number; readonly isAway: boolean }
  | { readonly what: 'write'; readonly host: number };

const host = fc.nat({ max: HOSTS.length - 1 });
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({ what: fc.constant('change' as const), text: fc.constantFrom('a', 'b', 'c') }),
    fc.record({ what: fc.constant('see' as const), host, isAway: fc.boolean() }),
    fc.record({ what: fc.constant('write' as const), host }),
  ),
  { minLength: 3, maxLength: 14 },
);

/** A host is away while it sees a change, which is then taken back, and another one sees that. */
const TAKEN_BACK: readonly Step[] = [
  { what: 'see', host: 0, isAway: false },
  { what: 'change', text: 'b' },
  { what: 'see', host: 1, isAway: true },
  { what: 'change', text: 'a' },
  { what: 'see', host: 0, isAway: false },
];

interface Seen {
  readonly document: PostDocument;
  readonly at: number;
}

function post(chat: number, text: string, editDate: number | undefined): PostDocument {
  return {
    ...{ version: 1, id: 5, chat, date: 1_388_534_400, author: 42, kind: 'message', flags: {} },
    ...{ text, entities: [], ...(editDate !== undefined && { editDate }) },
  } as PostDocument;
}

async function opened(t: TestContext) {
  const open = await openSqlite<StoreTables>(join(temporaryFolder(t), 'ledger.db'), DATABASE_OWNER);
  t.after(() => open.close());
  return open.db;
}

/**
 * Performs the steps in a chat of their own, and what waits at the end. `skews`: how far the hosts' clocks are off.
 * `hasDates`: each change has an edit date, as an edit has; a pinned message or a poll changes without.
 */
async function perform(
  db: Awaited<ReturnType<typeof opened>>,
  chatId: number,
  all: readonly Step[],
  { skews, hasDates }: { readonly skews: readonly number[]; readonly hasDates: boolean },
) {
  const chat = { accountId: 777, chatId };
  let text = 'a';
  let editDate: number | undefined;
  const seen: PostDocument[] = [];
  const waiting = HOSTS.map((): Seen[] => []);
  const save = async (of: number, { document, at }: Seen, isLate: boolean): Promise<void> => {
    const writer = storeWriter(db, { host: HOSTS[of] ?? '', clock: { now: () => at }, isLate });
    await writer.saveMessages(chat, [{ document }]);
    await writer.noteScan(chat, { at, lastMessageId: 5 });
  };
  const writeOut = async (of: number): Promise<void> => {
    for (const each of waiting[of]?.splice(0) ?? []) await save(of, each, true);
  };
  await storeWriter(db, { host: 'one', clock: { now: () => BEGIN } }).saveChats(777, [
    { chatId, type: 'channel' },
  ]);
  for (const [index, step] of all.entries()) {
    if (step.what === 'change') {
      text = step.text;
      if (hasDates) editDate = BEGIN / 1000 + index;
    } else if (step.what === 'write') await writeOut(step.host);
    else {
      const document = post(chatId, text, editDate);
      const at = BEGIN + index * 1000 + (skews[step.host] ?? 0);
      seen.push(document);
      const queue = waiting[step.host] ?? [];
      // What a host has kept is written before it writes anything else.
      if (step.isAway) queue.push({ document, at });
      else {
        await writeOut(step.host);
        await save(step.host, { document, at }, false);
      }
    }
  }
  for (const of of HOSTS.keys()) await writeOut(of);
  return seen;
}

async function assertKept(db: Awaited<ReturnType<typeof opened>>, chatId: number, seen: PostDocument[]) {
  const present = await db.selectFrom('messages').select('document').where('chat_id', '=', chatId).execute();
  const older = await db.selectFrom('versions').select('document').where('chat_id', '=', chatId).execute();
  const wordsOf = (document: string | PostDocument): string => {
    const { text, editDate } = (
      typeof document === 'string' ? JSON.parse(document) : document
    ) as PostDocument;
    return `${text} ${editDate}`;
  };
  assert.deepEqual(
    present.map(({ document }) => wordsOf(document)),
    seen.slice(-1).map(wordsOf),
  );
  const kept = new Set([...present, ...older].map(({ document }) => wordsOf(document)));
  assert.deepEqual([...kept].sort(), [...new Set(seen.map(wordsOf))].sort());
}

for (const [what, options] of Object.entries({
  'with edit dates, whatever the clocks of the hosts say': { hasDates: true, skewed: true },
  'without edit dates, on hosts whose clocks agree': { hasDates: false, skewed: false },
}))
  test(`whenever rows that waited are written, the newest of a message is the present one, and every other a version: ${what}`, async (t) => {
    const db = await opened(t);
    let chats = 0;
    const skew = options.skewed ? fc.integer({ min: -20_000, max: 20_000 }) : fc.constant(0);
    await fc.assert(
      fc.asyncProperty(steps, fc.tuple(skew, skew, skew), async (all, skews) => {
        chats += 1;
        const seen = await perform(db, -chats, all, { skews, hasDates: options.hasDates });
        await assertKept(db, -chats, seen);
      }),
      { numRuns: 100, examples: [[TAKEN_BACK, [0, 0, 0]]] },
    );
  });

test('what was deleted after it was seen stays deleted when it is written late', async (t) => {
  const db = await opened(t);
  const chat = { accountId: 777, chatId: -1 };
  const at = (ms: number, isLate = false) =>
    storeWriter(db, { host: 'one', clock: { now: () => BEGIN + ms }, isLate });
  await at(0).saveChats(777, [{ chatId: -1, type: 'channel' }]);
  await at(0).saveMessages(chat, [{ document: post(-1, 'a', undefined) }]);
  await markDeleted(db, { host: 'two', clock: { now: () => BEGIN + 2000 } }, chat, [5]);
  await at(1000, true).saveMessages(chat, [{ document: post(-1, 'a', undefined) }]);
  const deleted = () => db.selectFrom('messages').select('status').executeTakeFirstOrThrow();
  assert.equal((await deleted()).status, 'deleted');
  await at(3000, true).saveMessages(chat, [{ document: post(-1, 'a', undefined) }]);
  assert.equal((await deleted()).status, 'retrieved');
});
