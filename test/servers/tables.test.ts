import assert from 'node:assert/strict';
import { it } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import type { Kysely } from 'kysely';
import { systemClock } from '../../lib/base/clock.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { canonicalJson } from '../../lib/messages/document/canonical.js';
import type { PostDocument } from '../../lib/messages/document/document.js';
import type { Media } from '../../lib/messages/document/media.js';
import { auditActions, logAction } from '../../lib/store/tables/action-log.js';
import { changesAfter } from '../../lib/store/tables/changes.js';
import { leaseHost, releaseLease, renewLease, takeLease } from '../../lib/store/tables/leases.js';
import { markDeleted, noteDownload } from '../../lib/store/tables/mark-messages.js';
import { noteScan, saveAccount, saveChats, savePeople } from '../../lib/store/tables/save-chats.js';
import { saveMessages } from '../../lib/store/tables/save-messages.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { asTime } from '../../lib/store/times.js';
import { asBigInt, asBytes, asNumber } from '../../lib/store/values.js';
import { onAllDatabases, openPlace, type Subject } from './databases.js';

const CHAT = { accountId: 777, chatId: -1_001_234_567_890 };
const WRITER = { host: 'first-host', clock: systemClock };
/** As old as a message may be, to the second. */
const DATE = 1_388_534_400;

function post(id: number, text: string, more: Partial<PostDocument> = {}): PostDocument {
  const head = { version: 1, id, chat: CHAT.chatId, date: DATE + id, author: 42 } as const;
  return { ...head, kind: 'message', flags: {}, text, entities: [], ...more } as PostDocument;
}

function file(id: string, name: string): Media {
  const reference = {
    source: 'document' as const,
    id,
    accessHash: '-9',
    dc: 2,
    size: 5_000_000_000,
    mime: 'video/mp4',
    name,
  };
  return {
    kind: 'video',
    file: { reference: { ...reference, fileReference: 'AQ==' }, date: DATE },
  };
}

async function opened(t: Parameters<typeof openPlace>[0], subject: Subject): Promise<Kysely<StoreTables>> {
  return (await openPlace<StoreTables>(t, await subject.place(t), DATABASE_OWNER)).db;
}

async function rowOf(db: Kysely<StoreTables>, id: number) {
  return db.selectFrom('messages').selectAll().where('message_id', '=', id).executeTakeFirstOrThrow();
}

onAllDatabases('the tables of the archive', (subject) => {
  it('keep a message with its columns, its document and its TL', async (t) => {
    const db = await opened(t, subject());
    const document = post(7, 'Zażółć 💥', {
      media: file('-8123456789012345678', 'a 💥.mp4'),
      topic: 3,
      album: '9223372036854775807',
    });
    const tl = Buffer.from('the message as Telegram sent it');
    const saved = await saveMessages(db, WRITER, CHAT, [{ document, raw: { tl, layer: 227 } }]);
    assert.deepEqual(saved, { added: 1, changed: 0, unchanged: 0 });
    const row = await rowOf(db, 7);
    assert.equal(asNumber(row.account_id), CHAT.accountId);
    assert.equal(asNumber(row.chat_id), CHAT.chatId);
    assert.equal(row.date === null ? 0 : asTime(row.date), (DATE + 7) * 1000);
    assert.deepEqual(
      [row.media_type, row.file_name, row.mime_type, row.text, row.status, row.retrieved_hostname],
      ['video', 'a 💥.mp4', 'video/mp4', 'Zażółć 💥', 'retrieved', 'first-host'],
    );
    assert.deepEqual(
      [asBigInt(row.media_id ?? 0), asBigInt(row.album_id ?? 0), asNumber(row.file_size ?? 0)],
      [-8123456789012345678n, 9223372036854775807n, 5_000_000_000],
    );
    assert.equal(row.document, canonicalJson(document));
    assert.ok(row.raw && inflateRawSync(asBytes(row.raw)).equals(tl));
    assert.equal(asNumber(row.raw_layer ?? 0), 227);
    const media = await db.selectFrom('media').selectAll().executeTakeFirstOrThrow();
    assert.deepEqual([asBigInt(media.media_id), media.sha256], [-8123456789012345678n, null]);
  });

  it('keep every version, and nothing more when the same is saved again', async (t) => {
    const db = await opened(t, subject());
    const words = fc.constantFrom('a', 'b', 'c', 'A', '');
    const step = fc.record({
      id: fc.integer({ min: 1, max: 4 }),
      text: words,
      views: fc.nat(9),
      gone: fc.boolean(),
    });
    let chatId = CHAT.chatId;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        chatId -= 1;
        const chat = { ...CHAT, chatId };
        const texts = new Map<number, string[]>();
        const gone = new Set<number>();
        const kinds: string[] = [];
        for (const { id, text, views, gone: goes } of steps) {
          const history = texts.get(id) ?? [];
          texts.set(id, history);
          if (goes) {
            const marked = await markDeleted(db, WRITER, chat, [id]);
            assert.equal(marked, history.length > 0 && !gone.has(id) ? 1 : 0);
            if (marked > 0) kinds.push(`deleted ${id}`);
            if (history.length > 0) gone.add(id);
            continue;
          }
          const message = { document: { ...post(id, text, { views }), chat: chatId } };
          const isNew = history.length === 0;
          const isEdited = !isNew && history.at(-1) !== text;
          const saved = await saveMessages(db, WRITER, chat, [message]);
          const isRestored = !isNew && !isEdited && gone.has(id);
          if (isNew || isEdited) history.push(text);
          const [kind] = [
            ...(isNew ? ['new'] : []),
            ...(isEdited ? ['edited'] : []),
            ...(isRestored ? ['restored'] : []),
          ];
          if (kind) kinds.push(`${kind} ${id}`);
          gone.delete(id);
          assert.deepEqual(saved, {
            added: isNew ? 1 : 0,
            changed: isEdited || isRestored ? 1 : 0,
            unchanged: kind === undefined ? 1 : 0,
          });
          const again = await saveMessages(db, WRITER, chat, [message]);
          assert.deepEqual(again, { added: 0, changed: 0, unchanged: 1 });
        }
        for (const [id, history] of texts) {
          const rows = await db
            .selectFrom('versions')
            .select(['version', 'document'])
            .where('chat_id', '=', chatId)
            .where('message_id', '=', id)
            .orderBy('version')
            .execute();
          assert.deepEqual(
            rows.map(({ version, document }) => [
              asNumber(version),
              (JSON.parse(document) as PostDocument).text,
            ]),
            history.slice(0, -1).map((text, version) => [version, text]),
          );
          const row = await db
            .selectFrom('messages')
            .select(['text', 'status', 'version'])
            .where('chat_id', '=', chatId)
            .where('message_id', '=', id)
            .executeTakeFirst();
          const now = history.at(-1);
          assert.deepEqual(
            row && [row.text, row.status, asNumber(row.version)],
            now === undefined ? undefined : [now, gone.has(id) ? 'deleted' : 'retrieved', history.length - 1],
          );
        }
        const changes = (await changesAfter(db, 0n, 100_000)).filter((change) => change.chatId === chatId);
        assert.deepEqual(
          changes.map(({ kind, messageId }) => `${kind} ${messageId}`),
          kinds,
        );
      }),
      { numRuns: 25 },
    );
    const seqs = (await changesAfter(db, 0n, 100_000)).map(({ seq }) => seq);
    assert.deepEqual(
      seqs,
      seqs.map((_, index) => BigInt(index + 1)),
    );
  });

  it('are written by several at once without a loss, and the sequence of changes has no gap', async (t) => {
    const place = await subject().place(t);
    const writers = subject().kind === 'sqlite' ? 1 : 4;
    const handles = await Promise.all(
      Array.from({ length: writers }, () => openPlace<StoreTables>(t, place, DATABASE_OWNER)),
    );
    const totals = await Promise.all(
      handles.map(async ({ db }, index) => {
        let added = 0;
        for (let round = 0; round < 6; round += 1) {
          const ids = Array.from({ length: 10 }, (_, each) => 1 + round * 5 + each);
          const messages = ids.map((id) => ({ document: post(id, 'same') }));
          added += (await saveMessages(db, { ...WRITER, host: `host-${index}` }, CHAT, messages)).added;
        }
        return added;
      }),
    );
    assert.equal(
      totals.reduce((sum, added) => sum + added, 0),
      35,
    );
    const [first] = handles;
    assert.ok(first);
    const changes = await changesAfter(first.db, 0n, 1000);
    assert.deepEqual(
      changes.map(({ seq, kind }) => [seq, kind]),
      Array.from({ length: 35 }, (_, index) => [BigInt(index + 1), 'new']),
    );
    assert.equal(new Set(changes.map(({ messageId }) => messageId)).size, 35);
  });

  it('note downloads once, with the hash of the media, and a failure takes nothing away', async (t) => {
    const db = await opened(t, subject());
    await saveMessages(db, WRITER, CHAT, [
      { document: post(1, '', { media: file('5', 'a.mp4') }) },
      { document: post(2, 'x') },
    ]);
    const at = Date.UTC(2026, 0, 1);
    const attempt = { messageId: 1, startedAt: at, endedAt: at + 1500 };
    const retry = {
      ...attempt,
      entryId: 'a'.repeat(32),
      status: 'retry',
      error: 'the network failed',
    } as const;
    await noteDownload(db, WRITER, CHAT, retry);
    const success = {
      ...attempt,
      entryId: 'b'.repeat(32),
      status: 'success',
      bytes: 9,
      path: '/files/a.mp4',
      sha256: 'f'.repeat(64),
    } as const;
    for (let times = 0; times < 2; times += 1)
      await noteDownload(db, { ...WRITER, host: 'other' }, CHAT, success);
    await noteDownload(db, WRITER, CHAT, {
      ...attempt,
      entryId: 'c'.repeat(32),
      status: 'failed',
      error: 'later',
    });
    const row = await rowOf(db, 1);
    assert.deepEqual(
      [
        row.status,
        row.download_hostname,
        row.local_file_path,
        row.download_datetime && asTime(row.download_datetime),
      ],
      ['downloaded', 'other', '/files/a.mp4', at + 1500],
    );
    const log = await db.selectFrom('download_log').selectAll().orderBy('entry_id').execute();
    assert.deepEqual(
      log.map(({ download_status, hostname, error_message }) => [download_status, hostname, error_message]),
      [
        ['retry', 'first-host', 'the network failed'],
        ['success', 'other', null],
        ['failed', 'first-host', 'later'],
      ],
    );
    const { sha256 } = await db.selectFrom('media').select('sha256').executeTakeFirstOrThrow();
    assert.equal(sha256, 'f'.repeat(64));
    await noteDownload(db, WRITER, CHAT, {
      ...attempt,
      messageId: 2,
      entryId: 'd'.repeat(32),
      status: 'failed',
    });
    assert.equal((await rowOf(db, 2)).status, 'failed');
  });

  it('keep the names that people had, and what chats are', async (t) => {
    const db = await opened(t, subject());
    const names = ['Ann', 'Ann', 'ann', 'Ann 💥'];
    for (const name of names)
      await savePeople(db, WRITER, CHAT.accountId, [{ personId: 5, name }, { personId: 6 }]);
    const people = await db.selectFrom('people').select(['person_id', 'name']).orderBy('person_id').execute();
    assert.deepEqual(
      people.map(({ person_id, name }) => [asNumber(person_id), name]),
      [
        [5, 'Ann 💥'],
        [6, null],
      ],
    );
    const former = await db.selectFrom('former_names').select(['seq', 'name']).orderBy('seq').execute();
    assert.deepEqual(
      former.map(({ seq, name }) => [asNumber(seq), name]),
      [
        [1, 'Ann'],
        [2, 'ann'],
      ],
    );
    await saveAccount(db, WRITER, { accountId: CHAT.accountId, name: 'Me', isBot: false });
    for (const title of ['Old', 'New']) {
      await saveChats(db, WRITER, CHAT.accountId, [{ chatId: CHAT.chatId, type: 'forum', title }]);
      await noteScan(db, WRITER, CHAT, { at: Date.UTC(2026, 1, 2, 3, 4, 5, 60), lastMessageId: 9 });
    }
    const chat = await db.selectFrom('chats').selectAll().executeTakeFirstOrThrow();
    assert.deepEqual([chat.title, chat.chat_type], ['New', 'forum']);
    assert.equal(
      chat.last_scan_datetime && asTime(chat.last_scan_datetime),
      Date.UTC(2026, 1, 2, 3, 4, 5, 60),
    );
  });

  it('show a log of actions in which something was changed, taken out, added or cut off', async (t) => {
    const damages = {
      nothing: async () => undefined,
      changed: (db: Kysely<StoreTables>) =>
        db.updateTable('action_log').where('seq', '=', 2).set({ arguments: '{"x":2}' }).execute(),
      missing: (db: Kysely<StoreTables>) => db.deleteFrom('action_log').where('seq', '=', 2).execute(),
      'cut off': (db: Kysely<StoreTables>) => db.deleteFrom('action_log').where('seq', '=', 3).execute(),
      'taken out altogether': (db: Kysely<StoreTables>) => db.deleteFrom('action_log').execute(),
      added: (db: Kysely<StoreTables>) => db.updateTable('action_heads').set({ seq: 2 }).execute(),
    } as const;
    const found: Record<string, unknown> = {};
    for (const [name, damage] of Object.entries(damages)) {
      const db = await opened(t, subject());
      for (const [index, state] of (['started', 'completed', 'failed'] as const).entries()) {
        const entryId = String(index).repeat(32);
        const action = {
          entryId,
          action: 'scan',
          state,
          userName: 'ann',
          arguments: { x: index, '💥': 'ł' },
        } as const;
        for (let times = 0; times < 2; times += 1) await logAction(db, WRITER, action);
      }
      await damage(db);
      const { rows, findings } = await auditActions(db);
      found[name] = [rows, ...findings.map(({ host, seq, what }) => `${what} ${seq} of ${host}`)];
    }
    assert.deepEqual(found, {
      nothing: [3],
      changed: [1, 'changed 2 of first-host'],
      missing: [1, 'missing 2 of first-host'],
      'cut off': [2, 'missing 3 of first-host'],
      'taken out altogether': [0, 'missing 1 of first-host'],
      added: [2, 'added 3 of first-host'],
    });
  });

  it('lease work to one holder, until it expires by the clock of the database', async (t) => {
    const place = await subject().place(t);
    const db = (await openPlace<StoreTables>(t, place, DATABASE_OWNER)).db;
    const [one, other] = ['one', 'other'].map((holder) => ({ name: 'work', holder, host: `${holder}-host` }));
    assert.ok(one && other);
    assert.equal(await takeLease(db, one, 60_000), true);
    assert.equal(await takeLease(db, other, 60_000), false);
    assert.equal(await leaseHost(db, 'work'), 'one-host');
    assert.equal(await takeLease(db, one, 60_000), true);
    assert.equal(await renewLease(db, one, 60_000), true);
    assert.equal(await renewLease(db, other, 60_000), false);
    await releaseLease(db, other);
    assert.equal(await takeLease(db, other, 60_000), false);
    assert.equal(await renewLease(db, one, -1000), true);
    assert.equal(await leaseHost(db, 'work'), undefined, 'it has expired');
    assert.equal(await renewLease(db, one, -1000), true, 'nobody has taken it');
    assert.equal(await takeLease(db, other, 60_000), true);
    assert.equal(await renewLease(db, one, 60_000), false);
    await releaseLease(db, other);
    assert.equal(await takeLease(db, one, 60_000), true);
  });

  it('lease work to one of several that ask at once', async (t) => {
    const place = await subject().place(t);
    const askers = subject().kind === 'sqlite' ? 1 : 5;
    const handles = await Promise.all(
      Array.from({ length: askers }, () => openPlace<StoreTables>(t, place, DATABASE_OWNER)),
    );
    for (let round = 0; round < 5; round += 1) {
      const taken = await Promise.all(
        handles.map(({ db }, index) =>
          takeLease(db, { name: `work ${round}`, holder: String(index), host: 'h' }, 60_000),
        ),
      );
      assert.equal(taken.filter(Boolean).length, 1);
    }
  });
});
