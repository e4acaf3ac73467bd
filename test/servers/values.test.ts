import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { transact } from '../../lib/store/repeatable.js';
import type { SchemaChange } from '../../lib/store/schema-change.js';
import { asBigInt, asBytes, asNumber, type StoredBytes, type StoredInteger } from '../../lib/store/values.js';
import { onAllDatabases, openPlace, ownerOf } from './databases.js';

interface ValuesTable {
  id: StoredInteger;
  big: StoredInteger | null;
  small: StoredInteger | null;
  short: string | null;
  long: string | null;
  bytes: StoredBytes | null;
}

type Tables = { readonly kept: ValuesTable };

const makeKept = (change: SchemaChange): Promise<void> =>
  change.createTable('kept', {
    columns: {
      id: 'integer',
      big: 'bigint?',
      small: 'integer?',
      short: 'varchar(255)?',
      long: 'text?',
      bytes: 'bytes?',
    },
    primaryKey: { name: 'kept_key', columns: ['id'] },
  });

const OWNER = ownerOf([makeKept]);
const BIG = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const SMALL = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
/** Every character of Unicode, among them many of four bytes, and the ones that SQL and its patterns treat in a way of their own. */
const TEXT = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      "'",
      '"',
      '\\',
      '%',
      '_',
      '`',
      '?',
      '$1',
      ':x',
      '\n',
      '\r',
      '\t',
      '\u001a',
      ';',
      '--',
      '💥',
      'é',
      'ß',
      '\u0130',
    ),
  }),
);
const RUNS = { numRuns: 60 } as const;

onAllDatabases('values', (subject) => {
  it('come back as they were written: integers of 64 bits, texts, bytes and null', async (t) => {
    const { db } = await openPlace<Tables>(t, await subject().place(t), OWNER);
    let id = 0;
    const row = fc.record({
      big: fc.option(BIG),
      small: fc.option(SMALL),
      short: fc.option(TEXT.map((text) => [...text].slice(0, 255).join(''))),
      long: fc.option(TEXT),
      bytes: fc.option(fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes))),
    });
    await fc.assert(
      fc.asyncProperty(row, async (values) => {
        id += 1;
        await transact(db, (tx) =>
          tx
            .insertInto('kept')
            .values({ id, ...values })
            .execute(),
        );
        const found = await db.selectFrom('kept').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
        assert.deepEqual(
          {
            big: found.big === null ? null : asBigInt(found.big),
            small: found.small === null ? null : asNumber(found.small),
            short: found.short,
            long: found.long,
            bytes: found.bytes === null ? null : asBytes(found.bytes),
          },
          { ...values, short: kept(values.short), long: kept(values.long) },
        );
      }),
      RUNS,
    );
  });

  it('are found again by what they are, to the last digit and the last byte', async (t) => {
    const { db } = await openPlace<Tables>(t, await subject().place(t), OWNER);
    let id = 0;
    await fc.assert(
      fc.asyncProperty(BIG, TEXT, async (big, text) => {
        const short = `${[...text].slice(0, 200).join('')}.`;
        const [near, other] = [big === 2n ** 63n - 1n ? big - 1n : big + 1n, `${short}x`];
        id += 2;
        await transact(db, async (tx) => {
          await tx.deleteFrom('kept').execute();
          await tx
            .insertInto('kept')
            .values([
              { id, big, short },
              { id: id + 1, big: near, short: other },
            ])
            .execute();
        });
        for (const [column, value] of [
          ['big', big],
          ['short', short],
        ] as const) {
          const found = await db.selectFrom('kept').select('id').where(column, '=', value).execute();
          assert.deepEqual(
            found.map((each) => asNumber(each.id)),
            [id],
          );
        }
      }),
      RUNS,
    );
  });

  it('are compared and ordered by their bytes: neither case nor accents are overlooked', async (t) => {
    const { db } = await openPlace<Tables>(t, await subject().place(t), OWNER);
    const words = [
      'a',
      'A',
      'b',
      'B',
      'ä',
      'Z',
      'é',
      'e',
      'E',
      'ß',
      'ss',
      'ǆ',
      '💥',
      '\uFFFD',
      '漢',
      '_',
      '-',
      '1',
      '10',
      '2',
    ];
    await transact(db, (tx) =>
      tx
        .insertInto('kept')
        .values(words.map((short, id) => ({ id, short })))
        .execute(),
    );
    const rows = await db.selectFrom('kept').select('short').orderBy('short').execute();
    const byBytes = [...words].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
    assert.deepEqual(
      rows.map(({ short }) => short),
      byBytes,
    );
    for (const short of words) {
      const found = await db.selectFrom('kept').select('short').where('short', '=', short).execute();
      assert.deepEqual(found, [{ short }]);
    }
    const like = await db.selectFrom('kept').select('short').where('short', 'in', ['A', 'É', 'SS']).execute();
    assert.deepEqual(like, [{ short: 'A' }]);
  });

  it('may be long: a text and bytes of five megabytes', async (t) => {
    const { db } = await openPlace<Tables>(t, await subject().place(t), OWNER);
    const long = '💥ab'.repeat(1_000_000);
    const bytes = Buffer.alloc(5_000_000, 0xa5);
    await transact(db, (tx) => tx.insertInto('kept').values({ id: 1, long, bytes }).execute());
    const found = await db.selectFrom('kept').select(['long', 'bytes']).executeTakeFirstOrThrow();
    assert.ok(found.long === long && found.bytes && Buffer.compare(asBytes(found.bytes), bytes) === 0);
  });

  it('keep a place for what no database can keep: NUL, and half a surrogate pair', async (t) => {
    const { db } = await openPlace<Tables>(t, await subject().place(t), OWNER);
    const odd = 'a\0b\uD83Dc';
    await transact(db, (tx) => tx.insertInto('kept').values({ id: 1, short: odd, long: odd }).execute());
    const found = await db
      .selectFrom('kept')
      .select(['short', 'long'])
      .where('short', '=', odd)
      .executeTakeFirstOrThrow();
    assert.deepEqual(found, { short: 'a\uFFFDb\uFFFDc', long: 'a\uFFFDb\uFFFDc' });
  });

  it('are counted and summed without losing digits', async (t) => {
    const { db } = await openPlace<Tables>(t, await subject().place(t), OWNER);
    await transact(db, (tx) =>
      tx
        .insertInto('kept')
        .values([1, 2, 3].map((id) => ({ id, big: 3_000_000_000_000_001n })))
        .execute(),
    );
    const row = await db
      .selectFrom('kept')
      .select(({ fn }) => [fn.countAll().as('count'), fn.sum('big').as('sum'), fn.max('big').as('max')])
      .executeTakeFirstOrThrow();
    assert.deepEqual(
      [asNumber(row.count), asBigInt(row.sum as StoredInteger), asBigInt(row.max as StoredInteger)],
      [3, 9_000_000_000_000_003n, 3_000_000_000_000_001n],
    );
  });
});

function kept(text: string | null): string | null {
  return text === null ? null : Buffer.from(text.replaceAll('\0', '\uFFFD')).toString();
}
