import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../lib/base/random.js';
import { JOURNAL_FOLDER, waitingRows } from '../../lib/store/journal/journal-folder.js';
import { isOutOfReach } from '../../lib/store/out-of-reach.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import { onServers } from './databases.js';
import { journalScene } from './journal-scene.js';
import { empty, type Operation, operate, operation, timeOf } from './store-operations.js';

const MESSAGES: Operation = { what: 'messages', ids: [1, 2, 3], word: 'a' };
const EDITED: Operation = { what: 'messages', ids: [2], word: 'b' };
const ACTION: Operation = { what: 'action', ids: [1], word: 'a' };
const COPY: Operation = { what: 'copy', ids: [1], word: 'a' };

onServers('rows whose database is out of reach', (subject) => {
  it('are kept from the start of a command, and written when it is back, with their own times', async (t) => {
    const { relay, open, clock, said, hears, expect, dataDir } = await journalScene(t, subject());
    await relay.cut();
    const { db, writer, close } = await open();
    assert.deepEqual(said, ['away: nothing listens there']);
    await assert.rejects(db.selectFrom('messages').selectAll().execute(), isOutOfReach);
    const operations = [MESSAGES, ACTION, EDITED, COPY];
    for (const [index, each] of operations.entries()) {
      clock.at = timeOf(index);
      await operate(writer, each, index);
    }
    const [waiting] = await waitingRows(dataDir);
    assert.equal(waiting?.rows, 6);
    assert.equal(statSync(waiting.path).mode & 0o777, 0o600);
    const back = hears(/^back/);
    await relay.restore();
    await back;
    assert.deepEqual(said.slice(1), ['back: 6']);
    clock.at = timeOf(4);
    await operate(writer, MESSAGES, 4);
    assert.equal((await db.selectFrom('messages').selectAll().execute()).length, 3);
    await expect([...operations, MESSAGES]);
    await close();
    assert.deepEqual(readdirSync(join(dataDir, JOURNAL_FOLDER)), []);
  });

  it('are kept from the middle of a command, and written first of all at the next start', async (t) => {
    const { relay, open, said, expect, clock } = await journalScene(t, subject());
    const first = await open();
    await operate(first.writer, MESSAGES, 0);
    await relay.cut();
    // From several places of the program, at once.
    const operations = [ACTION, EDITED, COPY];
    await Promise.all(
      operations.map((each, index) => {
        clock.at = timeOf(index + 1);
        return operate(first.writer, each, index + 1);
      }),
    );
    await first.close();
    assert.deepEqual(said, ['away: nothing listens there', 'left: 3']);
    await relay.restore();
    const second = await open();
    assert.deepEqual(said.slice(2), ['written: 3']);
    await second.close();
    await expect([MESSAGES, ...operations]);
  });

  it('are nobody else’s: those of another database stay where they are, and so do those of a process that runs', async (t) => {
    const { relay, open, said } = await journalScene(t, subject());
    await relay.cut();
    const running = await open();
    await operate(running.writer, MESSAGES, 0);
    const other = serverDatabase(await subject().address(t));
    await (await open(other)).close();
    assert.equal(said.length, 1);
    await running.close();
    const elsewhere = await open(other);
    assert.match(said.slice(2).join('\n'), /^other: 3 the (?:Postgres|MariaDB) database telepi_\w+ at \S+$/);
    await elsewhere.close();
  });

  it('equal those of a database that was never away, whatever happens', async (t) => {
    const { relay, open, clock, direct, wanted, expect, dataDir } = await journalScene(t, subject());
    const fault = fc.constantFrom('cut', 'restore', 'lose', 'reopen', 'none', 'none', 'together' as const);
    const step = fc.record({ operation, fault, answers: fc.nat(12) });
    let waited = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
        await empty(direct);
        await empty(wanted);
        let store = await open();
        let under: Promise<void>[] = [];
        for (const [index, { operation: each, fault: what, answers }] of steps.entries()) {
          if (what !== 'together') await Promise.all(under);
          if (what !== 'together') under = [];
          if (what === 'cut') await relay.cut();
          if (what === 'restore') await relay.restore();
          if (what === 'lose') relay.loseAnswerAfter(answers);
          if (what === 'reopen') {
            await store.close();
            waited += (await waitingRows(dataDir)).length;
            store = await open();
          }
          clock.at = timeOf(index);
          under.push(operate(store.writer, each, index));
        }
        await Promise.all(under);
        await relay.restore();
        await store.close();
        // The answer that is still to be lost may have ended the last attempt.
        await (await open()).close();
        await (await open()).close();
        assert.deepEqual(await waitingRows(dataDir), []);
        await expect(steps.map((each) => each.operation));
      }),
      { numRuns: 25 },
    );
    assert.ok(waited > 0, 'rows have waited from one start to the next');
  });

  it('are neither lost nor doubled by processes that are killed anywhere', async (t) => {
    const { relay, address, dataDir, direct, wanted, open, expect } = await journalScene(t, subject());
    for (const seed of SEEDS) {
      t.diagnostic(`seed ${seed}`);
      const random = seededRandom(seed);
      const [operations = []] = fc.sample(fc.array(operation, { minLength: 60, maxLength: 60 }), {
        numRuns: 1,
        seed: random.integer(0, 2 ** 31),
      });
      await empty(direct);
      await empty(wanted);
      let first = 0;
      for (let lives = 0; first < operations.length; lives += 1) {
        const options = JSON.stringify({ dataDir, address, operations, first });
        const child = spawn(process.execPath, ['--input-type=module', '-e', ALONE], {
          env: { ...process.env, OPTIONS: options },
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const cut = first + random.integer(0, 12);
        const restored = cut + random.integer(0, 12);
        const killed = lives < 6 ? first + random.integer(1, 25) : operations.length;
        let done = first;
        let changes = Promise.resolve();
        const change = (): void => {
          changes = changes.then(() => (done >= cut && done < restored ? relay.cut() : relay.restore()));
          if (done >= killed) child.kill('SIGKILL');
        };
        child.stdout.on('data', (text: Buffer) => {
          for (const index of text.toString().split('\n').filter(Boolean)) done = Number(index) + 1;
          change();
        });
        change();
        await once(child, 'close');
        await changes;
        first = done;
      }
      await relay.restore();
      await (await open()).close();
      assert.deepEqual(await waitingRows(dataDir), []);
      await expect(operations);
    }
  });
});

const SEEDS = ['journal 1', 'journal 2'];

const ALONE = `
  const { operateAlone } = await import('${new URL('./journal-scene.js', import.meta.url).href}');
  await operateAlone(JSON.parse(process.env.OPTIONS));
`;
