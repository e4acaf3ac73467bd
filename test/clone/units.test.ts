import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Api } from 'telegram';
import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import { ALBUM_SPAN, type HistoryUnit, readUnits, type Unit, unitsOf } from '../../lib/clone/units.js';
import type { HistoryMessage } from '../../lib/messages/tl/message.js';

/**
 * A history as album numbers: 0 for a message of its own. An album's items may have others between them, as where two
 * people post at once. Ids have gaps, as deletions leave them.
 */
const histories = fc
  .array(fc.record({ album: fc.integer({ min: 0, max: 4 }), gap: fc.nat(3) }), { maxLength: 24 })
  .map((posts) => {
    const messages: HistoryMessage[] = [];
    const sizes = new Map<number, number>();
    let id = 0;
    for (const { album, gap } of posts) {
      id += 1 + gap;
      const size = (sizes.get(album) ?? 0) + 1;
      sizes.set(album, size);
      messages.push(messageOf(id, album === 0 || size > 10 ? undefined : album));
    }
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

async function unitsAfter(
  history: readonly HistoryMessage[],
  afterId = 0,
  wanted?: (message: HistoryMessage) => boolean,
): Promise<HistoryUnit[]> {
  const units: HistoryUnit[] = [];
  for await (const page of readUnits((id) => paged(history, id), afterId, wanted)) units.push(...page);
  return units;
}

async function readAll(...options: Parameters<typeof unitsAfter>): Promise<number[][]> {
  return (await unitsAfter(...options)).map(idsOf);
}

function idsOf({ messages }: Unit): number[] {
  return messages.map(({ id }) => id);
}

describe('readUnits', () => {
  it('yields every message once, an album whole where its first item stands, and everything else in order', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const expected = new Map<string, number[]>();
        for (const { id, groupedId } of history) {
          const key = groupedId ? `album ${groupedId}` : `message ${id}`;
          expected.set(key, [...(expected.get(key) ?? []), id]);
        }
        assert.deepEqual(await readAll(history), [...expected.values()]);
      }),
    );
  });

  it('continues from the checkpoint of any unit with the unfinished rest, nothing lost and nothing twice', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.nat(), async (history, draw) => {
        const units = await unitsAfter(history);
        const count = units.length === 0 ? 0 : draw % (units.length + 1);
        const done = new Set(units.slice(0, count).flatMap(idsOf));
        const checkpoint = units[count - 1]?.upTo ?? 0;
        assert.ok(history.every(({ id }) => id > checkpoint || done.has(id)));
        assert.ok(
          checkpoint >= (units[count - 1]?.messages[0].id ?? 0),
          'the checkpoint moves with each unit',
        );
        const left = (await readAll(history, checkpoint)).map((ids) => ids.filter((id) => !done.has(id)));
        assert.deepEqual(
          left.filter((ids) => ids.length > 0),
          units.slice(count).map(idsOf),
        );
      }),
    );
  });

  it('continues with the rest of an album from a checkpoint inside it', async () => {
    const history = [messageOf(1), messageOf(2, 7), messageOf(3, 7), messageOf(4, 7), messageOf(5)];
    assert.deepEqual(await readAll(history, 2), [[3, 4], [5]]);
  });

  it('waits at the end of the history for the rest of an album that is still arriving', async () => {
    const history: HistoryMessage[] = [messageOf(1), messageOf(2, 7), messageOf(3)];
    let reads = 0;
    const units: number[][] = [];
    const readAfter = (afterId: number): AsyncIterable<HistoryMessage[]> => {
      reads += 1;
      if (reads === 2) history.push(messageOf(4, 7), messageOf(5, 7));
      return paged([...history], afterId);
    };
    for await (const page of readUnits(readAfter, 0)) units.push(...page.map(idsOf));
    assert.deepEqual(units, [[1], [2, 4, 5], [3]]);
    assert.equal(reads, 3);
  });

  it('looks no further for items than an album can reach, so that later messages are not held up', async () => {
    const late = ALBUM_SPAN + 1;
    const history = [messageOf(1, 7), messageOf(late, 7), messageOf(late + 1)];
    assert.deepEqual(await readAll(history), [[1], [late], [late + 1]]);
    const full = Array.from({ length: 10 }, (_, index) => messageOf(index + 1, 7));
    const pages = readUnits((id) => paged([...full, messageOf(11), messageOf(12)], id), 0);
    const first = await pages.next();
    assert.deepEqual(first.value?.map(idsOf), [full.map(({ id }) => id), [11], [12]]);
    await pages.return(undefined);
  });

  it("doesn't read again when the history ends without an album", async () => {
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
  it('joins the fetched items of an album, wherever they stand', () => {
    const units = unitsOf([messageOf(1, 7), messageOf(2), messageOf(3, 7), messageOf(4, 8)]);
    assert.deepEqual(
      units.map(({ messages }) => messages.map(({ id }) => id)),
      [[1, 3], [2], [4]],
    );
  });
});
