import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Chat } from '../../lib/sandbox/world/model.js';
import {
  type Misplaced,
  MisplacedCheck,
  type PlacedPair,
  type PlacedRun,
} from '../../lib/verify/misplaced.js';
import type { CloneScene } from '../support/clone-scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { clonedScene } from '../support/verify-scene.js';

const TEXTS = 700;
const ALBUMS = 75;
const ITEMS = 4;

/** A thousand messages, three hundred of them in albums. */
function fillLong({ sandbox, post }: CloneScene, chat: Chat): void {
  const { id: fileId } = sandbox.files.add({ kind: 'photo', dcId: 1, width: 320, height: 240 });
  for (let index = 0; index < TEXTS; index += 1) {
    post(chat, { text: `text ${index}` });
    if (index >= ALBUMS) continue;
    const groupedId = sandbox.world.nextGroupedId();
    for (let nth = 0; nth < ITEMS; nth += 1)
      post(chat, { text: nth === 0 ? `album ${index}` : '', groupedId, media: { kind: 'photo', fileId } });
  }
}

/** A journal may have this many bytes for each thousand messages in which nothing is wrong. */
const MOST_BYTES = 16_000;

test('a journal grows by what is found, and by little more', async (t) => {
  const cloned = await clonedScene(t, fillLong, { run: { via: 'forward' } });
  for (const byLedger of [true, false]) {
    const journalPath = join(temporaryFolder(t), 'journal.jsonl');
    const { compared, total } = await cloned.verify({ byLedger, journalPath });
    assert.deepEqual([compared, total], [TEXTS + ALBUMS * ITEMS, 0]);
    const { size } = statSync(journalPath);
    t.diagnostic(`${size} bytes for ${compared} messages, by ledger: ${byLedger}`);
    assert.ok(size <= MOST_BYTES, `${size} bytes for ${compared} messages, by ledger: ${byLedger}`);
  }
});

/** Albums of the source and of the target, an album's items that left it, continuations, and copies that were moved. */
const pairs = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 1, max: 3 }),
      items: fc.constantFrom(0, 0, 0, 2, 3, 10),
      broken: fc.constantFrom('', '', '', 'apart', 'alone', 'strange'),
      continued: fc.constantFrom(0, 0, 0, 0, 2),
      moved: fc.constantFrom(0, 0, 0, 0, 0, 5000),
    }),
    { minLength: 1, maxLength: 400 },
  )
  .map((posts) => {
    const all: PlacedPair[] = [];
    let at = 0;
    for (const { gap, items, broken, continued, moved } of posts) {
      at += gap;
      const first = at;
      const [sourceAlbum, copyAlbum] = [`a${first}`, `b${first}`];
      for (let nth = 0; nth < Math.max(1, items); nth += 1) {
        const sourceId = first + nth;
        const ids = { sourceId, targetId: 2 * sourceId + moved };
        const isLast = nth === items - 1;
        if (items === 0) {
          const further = Array.from(
            { length: continued },
            (_, part) => [part + 1, ids.targetId + 1] as const,
          );
          const strange = broken === 'strange' && { copyAlbum };
          all.push({ ...ids, ...strange, ...(continued > 0 && { continued: further }) });
        } else if (isLast && broken === 'apart') all.push({ ...ids, first, sourceAlbum, apart: true });
        else if (isLast && broken === 'alone') all.push({ ...ids, first, sourceAlbum, losses: ['album'] });
        else all.push({ ...ids, first, sourceAlbum, copyAlbum });
        at = sourceId;
      }
    }
    return all;
  });

test('a check of places that is interrupted anywhere finds the same as one that is not', () => {
  fc.assert(
    fc.property(pairs, fc.array(fc.nat(1000), { maxLength: 4 }), (all, cuts) => {
      const found: Misplaced[] = [];
      const whole = new MisplacedCheck();
      for (const pair of all) found.push(whole.add(pair));
      found.push(whole.finish());
      const journal: PlacedRun[] = [];
      const resumed: Misplaced[] = [];
      let check = new MisplacedCheck();
      const stops = new Set(cuts.map((cut) => cut % all.length));
      for (const [index, pair] of all.entries()) {
        resumed.push(check.add(pair));
        if (!stops.has(index)) continue;
        journal.push(...(JSON.parse(JSON.stringify(check.takeUnsaved())) as PlacedRun[]));
        check = new MisplacedCheck();
        check.replay(journal);
      }
      resumed.push(check.finish());
      assert.deepEqual(faultsIn(resumed), faultsIn(found));
    }),
    { numRuns: 300 },
  );
});

function faultsIn(all: readonly Misplaced[]): unknown[] {
  return all.flatMap(({ outOfOrder, notOneAlbum }) => [
    ...outOfOrder.map(({ sourceId, targetId }) => ['order', sourceId, targetId]),
    ...notOneAlbum.map(({ sourceId, targetId, losses }) => ['album', sourceId, targetId, losses ?? []]),
  ]);
}
