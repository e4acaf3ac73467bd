import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Api } from 'telegram';
import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import { type HistoryMessage, lastIdOf, readUnits, unitsOf } from '../../lib/clone/units.js';

/** A history as album numbers: 0 for a message of its own. Ids have gaps, as deletions leave them. */
const histories = fc
  .array(
    fc.record({
      album: fc.integer({ min: 0, max: 3 }),
      length: fc.integer({ min: 1, max: 10 }),
      gap: fc.nat(3),
    }),
    {
      maxLength: 12,
    },
  )
  .map((runs) => {
    const messages: HistoryMessage[] = [];
    let id = 1;
    runs.forEach(({ album, length, gap }, index) => {
      id += gap;
      for (let item = 0; item < (album === 0 ? 1 : length); item += 1) {
        messages.push(messageOf(id, album === 0 ? undefined : index + 1));
        id += 1;
      }
    });
    return messages;
  });

function messageOf(id: number, album?: number): Api.Message {
  return new Api.Message({
    id,
    peerId: new Api.PeerChat({ chatId: bigInt(1) }),
    date: 0,
    message: `${id}`,
    ...(album !== undefined && { groupedId: bigInt(album) }),
  });
}

/** Pages of three. */
async function* paged(history: readonly HistoryMessage[], afterId: number): AsyncGenerator<HistoryMessage[]> {
  const ahead = history.filter(({ id }) => id > afterId);
  for (let start = 0; start < ahead.length; start += 3) yield ahead.slice(start, start + 3);
}

async function readAll(
  history: readonly HistoryMessage[],
  afterId = 0,
  wanted?: (message: HistoryMessage) => boolean,
): Promise<number[][]> {
  const units: number[][] = [];
  for await (const page of readUnits((id) => paged(history, id), afterId, wanted)) {
    for (const unit of page) units.push(unit.messages.map(({ id }) => id));
  }
  return units;
}

describe('readUnits', () => {
  it('keeps every message once, in order, and never cuts or joins albums', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const units = await readAll(history);
        assert.deepEqual(
          units.flat(),
          history.map(({ id }) => id),
        );
        const album = (id: number | undefined): string =>
          String(history.find((message) => message.id === id)?.groupedId);
        for (const unit of units) {
          assert.equal(new Set(unit.map(album)).size, 1);
          if (unit.length > 1) assert.notEqual(album(unit[0]), 'undefined');
        }
        for (const [index, unit] of units.slice(1).entries()) {
          const before = units[index]?.[0];
          assert.ok(album(unit[0]) === 'undefined' || album(unit[0]) !== album(before), 'an album was cut');
        }
      }),
    );
  });

  it('goes on with the same units from any checkpoint that a run can leave', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.nat(), async (history, draw) => {
        const units = await readAll(history);
        const done = units.length === 0 ? 0 : draw % (units.length + 1);
        const checkpoint = Math.max(0, ...units.slice(0, done).flat());
        assert.deepEqual(await readAll(history, checkpoint), units.slice(done));
      }),
    );
  });

  it('takes up the rest of an album from a checkpoint inside it', async () => {
    const history = [messageOf(1), messageOf(2, 7), messageOf(3, 7), messageOf(4, 7), messageOf(5)];
    assert.deepEqual(await readAll(history, 2), [[3, 4], [5]]);
  });

  it('waits at the end of the history for the rest of an album that is still arriving', async () => {
    const history: HistoryMessage[] = [messageOf(1), messageOf(2, 7)];
    let reads = 0;
    const units: number[][] = [];
    const readAfter = (afterId: number): AsyncIterable<HistoryMessage[]> => {
      reads += 1;
      if (reads === 2) history.push(messageOf(3, 7), messageOf(4, 7));
      return paged([...history], afterId);
    };
    for await (const page of readUnits(readAfter, 0)) {
      for (const unit of page) units.push(unit.messages.map(({ id }) => id));
    }
    assert.deepEqual(units, [[1], [2, 3, 4]]);
    assert.equal(reads, 3);
  });

  it("doesn't read again when the history ends with no album", async () => {
    let reads = 0;
    const readAfter = (afterId: number): AsyncIterable<HistoryMessage[]> => {
      reads += 1;
      return paged([messageOf(1)], afterId);
    };
    for await (const _ of readUnits(readAfter, 0));
    assert.equal(reads, 1);
  });

  it("joins an album over messages that aren't wanted", async () => {
    const history = [messageOf(1, 7), messageOf(2), messageOf(3, 7), messageOf(4)];
    assert.deepEqual(await readAll(history, 0, ({ id }) => id !== 2), [[1, 3], [4]]);
  });
});

describe('unitsOf', () => {
  it('joins what was fetched of an album, wherever it stands', () => {
    const units = unitsOf([messageOf(1, 7), messageOf(2), messageOf(3, 7), messageOf(4, 8)]);
    assert.deepEqual(
      units.map(({ messages }) => messages.map(({ id }) => id)),
      [[1, 3], [2], [4]],
    );
  });
});

describe('lastIdOf', () => {
  it("is the album's last", () => {
    assert.equal(lastIdOf({ messages: [messageOf(3, 7), messageOf(4, 7)] }), 4);
  });
});
