// A host that can't claim files, because the database is away for it alone, while another one can.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import { FailedError } from '../../lib/base/errors.js';
import { type FileNote, noteFiles } from '../../lib/store/tables/note-files.js';
import { ShiftedClock } from '../support/shifted-clock.js';
import { assertOnce, chatOf, FILES, hostOf } from './claiming-hosts.js';
import { onServers } from './databases.js';

/** Waits for nothing. */
class SkippingClock extends ShiftedClock {
  override async sleep(ms: number): Promise<void> {
    await super.sleep(0);
    this.forward(ms);
  }
}

/** A database of which nothing can be asked. */
function unreachable<Database extends object>(db: Database): Database {
  const away = new FailedError('DATABASE_UNREACHABLE', 'The database is out of reach.');
  return new Proxy(db, {
    get() {
      throw away;
    },
  });
}

onServers('a file that is fetched without a claim', (subject) => {
  it('lies once in the end, when another host has brought it in the outage', async (t) => {
    const { scene, order } = await chatOf(t);
    const place = await subject().place(t);
    const beta = await hostOf(t, scene, place, 'beta');
    const waiting: { readonly at: number; readonly notes: readonly FileNote[] }[] = [];
    const alpha = await hostOf(t, scene, place, 'alpha', (writer) => ({
      ...writer,
      async noteFiles(notes) {
        waiting.push({ at: Date.now(), notes });
        return undefined;
      },
    }));
    const { writer } = alpha.options.store ?? assert.fail();
    const away = {
      ...alpha.options,
      store: { db: unreachable(alpha.db), writer },
      clock: new SkippingClock(),
    };
    const { error, summary } = await alpha.run([order], away);
    assert.deepEqual([error, summary?.downloaded], [undefined, FILES]);
    assert.equal((await beta.run([order], beta.options)).summary?.downloaded, FILES);
    for (const { at, notes } of waiting) {
      const clock = { ...systemClock, now: () => at };
      await noteFiles(alpha.db, { host: 'alpha', clock, isLate: true }, notes);
    }
    const later = await hostOf(t, scene, place, 'alpha');
    const again = await alpha.run([order], { ...later.options, marks: alpha.marks });
    assert.deepEqual([again.error, again.summary?.elsewhere], [undefined, [{ host: 'beta', files: FILES }]]);
    await assertOnce(beta.db, [alpha.folder, beta.folder]);
  });
});
