import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, it, type TestContext } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import { silentLog } from '../../lib/base/log.js';
import { systemRandom } from '../../lib/base/random.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { makeTarget } from '../../lib/clone/make-target.js';
import { findForgettable, forgetJob } from '../../lib/ledger/forget.js';
import { jobFolderName } from '../../lib/ledger/job-file.js';
import { openLedger } from '../../lib/ledger/ledger.js';
import { noteDressed, readMadeTarget, whileMakingTarget } from '../../lib/ledger/made-target.js';
import { targetFilePath, writeTargetFile } from '../../lib/ledger/made-target-file.js';
import type { Made, MadeTarget, MadeTargetKey } from '../../lib/ledger/made-target-record.js';
import { saveTargetRow } from '../../lib/ledger/made-target-row.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import { parseChatRef } from '../../lib/telegram/chat-ref.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { recordsOf } from '../support/scene.js';
import { telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { databaseUrl } from './database-url.js';
import { onServers } from './databases.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'targets that move' });
});
after(() => scene.close());

const { signal } = new AbortController();
const MAKER = { host: 'one', clock: systemClock, random: systemRandom, log: silentLog };
let sources = 0;

onServers('the target of a source, and telepi move-store', (subject) => {
  /** A machine with its ledger in a file, and the same one and another one with the server. */
  async function machines(t: TestContext) {
    sources += 1;
    const chat = scene.group(`moved ${sources} on ${subject().kind}`);
    const address = await subject().address(t);
    const database = serverDatabase(address);
    t.after(() => database.close());
    const alone: MadeTargetKey = {
      ...{ dataDir: temporaryFolder(t), owner: DATABASE_OWNER },
      ...{ accountId: scene.me.id, sourceId: chat.id },
    };
    const source = await resolveChat(scene.client, parseChatRef(String(chat.id)), signal);
    const mark = `TelePi is creating this chat (${chat.id}).`;
    const planned: MadeTarget = { version: 1, mark, kind: 'supergroup', title: chat.title, plannedAt: 0 };
    return {
      alone,
      planned,
      one: { ...alone, database },
      two: { ...alone, dataDir: temporaryFolder(t), database },
      make: (key: MadeTargetKey) => makeTarget({ client: scene.client, source, key, maker: MAKER, signal }),
      copies: (): number[] =>
        [...scene.sandbox.world.state.chats.values()]
          .filter(({ title, id }) => title === chat.title && id !== chat.id)
          .map(({ id }) => id),
      move: (...words: string[]) =>
        telepi(['move-store', '--data-dir', alone.dataDir, '--json', ...words], {
          cwd: alone.dataDir,
          environment: { DATABASE_URL: databaseUrl(address) },
        }),
    };
  }

  /** A ledger with that record in it, or with none. */
  async function ledgerWith(key: MadeTargetKey, record?: MadeTarget): Promise<void> {
    const ledger = await openLedger(key);
    if (record) await ledger.db.transaction().execute((tx) => saveTargetRow(tx, key, record, 'one'));
    await ledger.close();
  }

  it('is made again once another machine has forgotten it: no file has stayed behind', async (t) => {
    const { alone, one, two, make, copies, move } = await machines(t);
    const { targetId } = await make(alone);
    await ledgerWith(alone);
    const moved = await move();
    assert.equal(moved.status, 0, moved.stderr);
    assert.equal(existsSync(await targetFilePath(alone)), false);
    const found = await findForgettable(two, jobFolderName({ ...two, targetId }));
    assert.deepEqual(found.madeTargets, [two.database?.name]);
    await forgetJob(two, found, MAKER);
    const again = await make(one);
    assert.deepEqual(copies(), [targetId, again.targetId]);
    assert.equal((await make(two)).targetId, again.targetId);
  });

  it('stays the one that another machine has made, when the store comes back to the one that had planned it', async (t) => {
    const { alone, planned, two, make, copies, move } = await machines(t);
    await writeTargetFile(alone, planned);
    await ledgerWith(alone);
    assert.equal((await move()).status, 0);
    const { targetId } = await make(two);
    // From before move-store took such files away.
    await writeTargetFile(alone, planned);
    const back = await move('--from', 'DATABASE_URL', '--to', 'file', '--replace', '--yes');
    assert.equal(back.status, 0, back.stderr);
    assert.equal((await readMadeTarget(alone))?.targetId, targetId);
    assert.equal((await make(alone)).targetId, targetId);
    assert.deepEqual(copies(), [targetId]);
    const onward = await move('--replace', '--yes');
    assert.equal(onward.status, 0, onward.stderr);
    assert.equal((await readMadeTarget(two))?.targetId, targetId, 'what was planned replaces nothing');
    assert.equal(existsSync(await targetFilePath(alone)), false);
  });

  it('is dressed once, also after its record came back from a server', async (t) => {
    const { alone, planned } = await machines(t);
    const made: Made = { ...planned, targetId: -1009, accessHash: '-9' };
    await ledgerWith(alone, made);
    await noteDressed(alone, made, 'one');
    assert.deepEqual(await readMadeTarget(alone), { ...made, dressed: true });
  });

  it('keeps the store where it is while it is made, and while a file and the database name two', async (t) => {
    const { alone, planned, move } = await machines(t);
    const made = { ...planned, targetId: -1009, accessHash: '-9' };
    await ledgerWith(alone, made);
    const refused = async () => recordsOf((await move()).stdout).at(-1)?.['code'];
    assert.equal(await whileMakingTarget(alone, MAKER, refused), 'JOB_RUNNING');
    await writeTargetFile(alone, { ...made, targetId: -1010 });
    assert.equal(await refused(), 'TWO_MADE_TARGETS');
    await assert.rejects(readMadeTarget(alone), { code: 'TWO_MADE_TARGETS' });
    assert.ok(existsSync(await targetFilePath(alone)));
  });

  it("leaves a data directory's files alone when another database in it is moved", async (t) => {
    const { alone, planned, move } = await machines(t);
    await writeTargetFile(alone, planned);
    await ledgerWith(alone);
    assert.equal((await move('--to', 'other.db')).status, 0);
    await writeTargetFile(alone, planned);
    const moved = await move('--from', 'other.db');
    assert.equal(moved.status, 0, moved.stderr);
    assert.ok(existsSync(await targetFilePath(alone)));
  });
});
