import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { SentContent } from '../../lib/base/fingerprint.js';
import { ClaimStore } from '../../lib/ledger/claim-store.js';
import { insertJob } from '../../lib/ledger/job-store.js';
import type { Ledger } from '../../lib/ledger/ledger.js';
import type { MessageRow } from '../../lib/ledger/message-row.js';
import { MessageStore } from '../../lib/ledger/message-store.js';
import type { StoreOptions } from '../../lib/ledger/store-options.js';
import { lastTargetId } from '../../lib/ledger/target-ids.js';
import { FakeClock } from '../support/fake-clock.js';
import { ACCOUNT, withLedger } from '../support/ledger-scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A copy in the target: the ledger has to find out which message it belongs to. Ids are positions, from 1. */
interface Copy {
  readonly of: string;
  readonly text: string;
}

/** A job that sends its messages one after another, dies, and comes back. */
class Sender {
  readonly #name: string;
  readonly #texts: readonly string[];
  readonly #options: StoreOptions;
  readonly #messages: MessageStore;
  readonly #claims: ClaimStore;
  readonly #target: Copy[];
  /** The next message, from 0, and the state of its send: not begun, begun, posted under this id. */
  #next = 0;
  #call: 'none' | 'begun' | number = 'none';
  #lastId: number;

  constructor(
    ledger: Ledger,
    { name, texts, target }: { name: string; texts: readonly string[]; target: Copy[] },
  ) {
    const options = { accountId: ACCOUNT, jobId: name, db: ledger.db, host: 'h', clock: new FakeClock() };
    this.#options = options;
    this.#name = name;
    this.#texts = texts;
    this.#messages = new MessageStore(options);
    this.#claims = new ClaimStore(options);
    this.#target = target;
    this.#lastId = target.length;
  }

  get messages(): MessageStore {
    return this.#messages;
  }

  async plan(): Promise<void> {
    const all = this.#texts.map((_, index) => ({ sourceId: index + 1, randomId: BigInt(index + 1) }));
    await this.#messages.plan(all);
  }

  /** Goes one step: marks, calls, or records. */
  async step(): Promise<void> {
    const text = this.#texts[this.#next];
    if (text === undefined) return;
    const sourceId = this.#next + 1;
    if (this.#call === 'none') {
      const contents = new Map([[sourceId, contentOf(text)]]);
      await this.#messages.sending([sourceId], { afterId: this.#lastId, contents });
      this.#call = 'begun';
    } else if (this.#call === 'begun') {
      this.#call = this.#target.push({ of: `${this.#name}${sourceId}`, text });
    } else {
      assert.deepEqual(await this.#messages.sent([{ sourceId, targetId: this.#call }]), []);
      this.#lastId = this.#call;
      this.#next += 1;
      this.#call = 'none';
    }
  }

  /** A new process: settles the sends in doubt, and knows no more than the ledger. */
  async revive(remembers: boolean): Promise<void> {
    await this.#settle(await this.#messages.inState('sending'), remembers);
    const rows = [...(await this.#messages.find(this.#texts.map((_, index) => index + 1))).values()];
    this.#next = rows.filter(({ state }) => state !== 'planned').length;
    this.#call = 'none';
    this.#lastId = await lastTargetId(this.#options, 'now');
  }

  async hasFailed(): Promise<boolean> {
    return (await this.#messages.inState('failed')).length > 0;
  }

  /** Does what --retry-failed does: looks again for a message whose copy turned out to belong to another. */
  async retry(remembers: boolean): Promise<void> {
    await this.#settle(await this.#messages.inState('failed'), remembers);
  }

  async #settle(rows: readonly MessageRow[], remembers: boolean): Promise<void> {
    for (const { sourceId, content, afterId = 0 } of rows) {
      assert.ok(content);
      const claim = { sourceIds: [sourceId], contents: [content], afterId };
      const from = await this.#claims.lookFrom(claim);
      const candidates = this.#target.flatMap(({ text }, index) =>
        index + 1 > from && contentOf(text).textHash === content.textHash ? [[index + 1]] : [],
      );
      const claimed = candidates.length > 0 ? await this.#claims.claim({ ...claim, candidates }) : 'none';
      if (typeof claimed === 'string') {
        const of = `${this.#name}${sourceId}`;
        const known = remembers ? this.#target.findIndex((copy) => copy.of === of) + 1 : 0;
        const targetId = known || this.#target.push({ of, text: this.#texts[sourceId - 1] ?? '' });
        await this.#messages.sent([{ sourceId, targetId }]);
      }
    }
  }

  async rows() {
    return [...(await this.#messages.find(this.#texts.map((_, index) => index + 1))).values()];
  }
}

function contentOf(text: string): SentContent {
  return { kind: 'text', textHash: text };
}

const texts = fc.array(fc.constantFrom('x', 'y'), { minLength: 1, maxLength: 4 });
const steps = fc.array(
  fc.record({ who: fc.nat(2), dies: fc.integer({ min: 0, max: 4 }).map((n) => n === 0) }),
  {
    maxLength: 40,
  },
);

describe('jobs of one target that die and come back, in any order', () => {
  for (const remembers of [true, false]) {
    const what = remembers
      ? 'nothing is lost or twice'
      : 'nothing is lost, though Telegram forgets every random_id';
    it(`${what}, and no copy belongs to two messages`, async (t) => {
      await withLedger(temporaryFolder(t), async (ledger) => {
        let run = 0;
        await fc.assert(
          fc.asyncProperty(fc.tuple(texts, texts, texts), steps, async (all, schedule) => {
            run += 1;
            const target: Copy[] = [];
            const senders: Sender[] = [];
            for (const [index, own] of all.entries()) {
              const name = `${run}-${index}-`;
              const job = { accountId: ACCOUNT, jobId: name, folder: name, sourceId: index, targetId: -run };
              const clock = new FakeClock();
              await insertJob(
                ledger.db,
                { ...job, checkpoint: 0, takenUp: 0, filesDue: false },
                { host: 'h', clock },
              );
              const sender = new Sender(ledger, { name, texts: own, target });
              await sender.plan();
              senders.push(sender);
            }
            for (const { who, dies } of schedule) {
              if (dies) await senders[who]?.revive(remembers);
              else await senders[who]?.step();
            }
            for (const sender of senders) {
              await sender.revive(remembers);
              for (let step = 0; step < 12; step += 1) await sender.step();
            }
            // A message that is tried again lands behind the others, and may show that a copy which another has found
            // is its own.
            const retried = senders.map(() => false);
            for (let round = 0; round < 6; round += 1) {
              for (const [index, sender] of senders.entries()) {
                if (!(await sender.hasFailed())) continue;
                retried[index] = true;
                await sender.retry(remembers);
              }
            }
            const rows = await Promise.all(senders.map((sender) => sender.rows()));
            const ids = rows.flat().map(({ state, targetId }) => (state === 'sent' ? targetId : undefined));
            assert.ok(
              ids.every((id) => id !== undefined),
              'each message has its end, and its copy',
            );
            assert.equal(new Set(ids).size, ids.length, 'no copy is that of two');
            for (const [index, own] of rows.entries()) {
              const copies = own.map(({ targetId = 0 }) => target[targetId - 1]?.text);
              assert.deepEqual(copies, all[index], 'in words that are its own');
              const inOrder = own.map(({ targetId = 0 }) => targetId);
              if (remembers && !retried[index])
                assert.deepEqual(
                  inOrder,
                  inOrder.toSorted((a, b) => a - b),
                  'in order',
                );
            }
            if (remembers) assert.equal(target.length, ids.length, 'nothing twice');
          }),
          { numRuns: 30 },
        );
      });
    });
  }
});

/** A job of one planned message, by its stores. */
async function jobOf(ledger: Ledger, clock: FakeClock, jobId: string) {
  const job = { accountId: ACCOUNT, jobId, folder: jobId, sourceId: 1, targetId: -1 };
  await insertJob(ledger.db, { ...job, checkpoint: 0, takenUp: 0, filesDue: false }, { host: 'h', clock });
  const options = { accountId: ACCOUNT, jobId, db: ledger.db, host: 'h', clock };
  const messages = new MessageStore(options);
  await messages.plan([{ sourceId: 1, randomId: 1n }]);
  return { messages, claims: new ClaimStore(options) };
}

describe('a copy that was found for one message, and that an answer then names for another', () => {
  it('is given up: the message fails, so that it is looked for and sent again', async (t) => {
    await withLedger(temporaryFolder(t), async (ledger) => {
      const clock = new FakeClock();
      const [a, b] = [await jobOf(ledger, clock, 'a'), await jobOf(ledger, clock, 'b')];
      await a.messages.sending([1], { afterId: 5, contents: new Map([[1, contentOf('x')]]) });
      const claim = { sourceIds: [1], contents: [contentOf('x')], candidates: [[9]] };
      assert.deepEqual(await a.claims.claim(claim), [9]);
      assert.deepEqual((await a.messages.find([1])).get(1)?.reason, 'found');
      await b.messages.sent([{ sourceId: 1, targetId: 9 }]);
      const row = (await a.messages.find([1])).get(1);
      assert.deepEqual([row?.state, row?.reason, row?.targetId], ['failed', 'copy_mistaken', undefined]);
      assert.match(row?.detail ?? '', /^Message 9 of the target .*--retry-failed/);
    });
  });
});

describe('a copy that was sent again for a repair, and is found', () => {
  it('is no longer to be repaired', async (t) => {
    await withLedger(temporaryFolder(t), async (ledger) => {
      const { messages, claims } = await jobOf(ledger, new FakeClock(), 'a');
      await ledger.db.updateTable('ledger_messages').set({ state: 'failed', repair: 'send' }).execute();
      await messages.sending([1], { afterId: 5, contents: new Map([[1, contentOf('x')]]) });
      assert.deepEqual(
        await claims.claim({ sourceIds: [1], contents: [contentOf('x')], candidates: [[9]] }),
        [9],
      );
      const row = (await messages.find([1])).get(1);
      assert.deepEqual([row?.state, row?.targetId, row?.repair], ['sent', 9, undefined]);
    });
  });
});

describe('a copy that Telegram has said is there', () => {
  it('is the only candidate, whoever else may have made it, but unclear among several', async (t) => {
    await withLedger(temporaryFolder(t), async (ledger) => {
      const clock = new FakeClock();
      const [a, b] = [await jobOf(ledger, clock, 'a'), await jobOf(ledger, clock, 'b')];
      const sending = { afterId: 5, contents: new Map([[1, contentOf('x')]]) };
      await a.messages.sending([1], sending);
      await b.messages.sending([1], sending);
      const c = await jobOf(ledger, clock, 'c');
      await c.messages.sending([1], sending);
      const claim = { sourceIds: [1], contents: [contentOf('x')], candidates: [[9]] };
      assert.equal(await b.claims.claim(claim), 'unclear');
      assert.equal(await b.claims.claim({ ...claim, areThere: true, candidates: [[9], [10]] }), 'unclear');
      assert.deepEqual(await b.claims.claim({ ...claim, areThere: true }), [9]);
      assert.equal(await a.claims.claim({ ...claim, areThere: true }), 'none');
    });
  });
});

describe('a photo in the target, which Telegram has re-encoded', () => {
  it('could be the copy of any photo of the same caption that is in doubt', async (t) => {
    await withLedger(temporaryFolder(t), async (ledger) => {
      const clock = new FakeClock();
      const [a, b] = [await jobOf(ledger, clock, 'a'), await jobOf(ledger, clock, 'b')];
      const photo = (size: number): SentContent => ({ kind: 'photo', textHash: '', size });
      await a.messages.sending([1], { afterId: 5, contents: new Map([[1, photo(8_000)]]) });
      await b.messages.sending([1], { afterId: 5, contents: new Map([[1, photo(9_000)]]) });
      const claim = { sourceIds: [1], contents: [photo(9_000)], candidates: [[6]] };
      assert.equal(await b.claims.claim(claim), 'unclear');
    });
  });
});

describe('an album in doubt', () => {
  /** A job whose messages are one album of photos without words, all in doubt. */
  async function albumOf(ledger: Ledger, jobId: string, length: number) {
    const clock = new FakeClock();
    const job = { accountId: ACCOUNT, jobId, folder: jobId, sourceId: 1, targetId: -1 };
    await insertJob(ledger.db, { ...job, checkpoint: 0, takenUp: 0, filesDue: false }, { host: 'h', clock });
    const options = { accountId: ACCOUNT, jobId, db: ledger.db, host: 'h', clock };
    const messages = new MessageStore(options);
    const sourceIds = Array.from({ length }, (_, index) => index + 1);
    await messages.plan(
      sourceIds.map((sourceId) => ({ sourceId, randomId: BigInt(sourceId), groupedId: 7n })),
    );
    const photo: SentContent = { kind: 'photo', textHash: '' };
    await messages.sending(sourceIds, { afterId: 5, contents: new Map(sourceIds.map((id) => [id, photo])) });
    return { claims: new ClaimStore(options), claim: { sourceIds, contents: sourceIds.map(() => photo) } };
  }

  it('is not a rival of one with another number of items, nor of a message that was sent alone', async (t) => {
    await withLedger(temporaryFolder(t), async (ledger) => {
      const two = await albumOf(ledger, 'two', 2);
      await albumOf(ledger, 'three', 3);
      const alone = await albumOf(ledger, 'alone', 1);
      assert.deepEqual(await two.claims.claim({ ...two.claim, candidates: [[6, 7]] }), [6, 7]);
      assert.deepEqual(await alone.claims.claim({ ...alone.claim, candidates: [[8]] }), [8]);
    });
  });

  it('counts as one rival of another that looks the same, not as one for each item', async (t) => {
    await withLedger(temporaryFolder(t), async (ledger) => {
      const own = await albumOf(ledger, 'own', 3);
      await albumOf(ledger, 'other', 3);
      assert.equal(await own.claims.claim({ ...own.claim, candidates: [[6, 7, 8]] }), 'unclear');
      const both = [
        [6, 7, 8],
        [9, 10, 11],
      ];
      assert.deepEqual(await own.claims.claim({ ...own.claim, candidates: both }), both[0]);
    });
  });
});
