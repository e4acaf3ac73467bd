import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { filePlace, type MovePlace, serverPlace } from '../../lib/store/move/move-place.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import { telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { databaseUrl } from './database-url.js';
import { onServers, type ServerSubject } from './databases.js';
import { moving, undone } from './move-in-process.js';
import { contentAt, filled } from './moved-places.js';
import { DatabaseRelay } from './relay.js';

type Content = Awaited<ReturnType<typeof contentAt>>;

/** A database on a server as a place, by a connection of its own each time. */
async function relayed(t: TestContext, subject: ServerSubject) {
  const address = await subject.address(t);
  const relay = await DatabaseRelay.start(subject.instance.port);
  t.after(() => relay.cut());
  const place = (port: number): MovePlace => {
    const door = serverDatabase({ ...address, port });
    t.after(() => door.close());
    return serverPlace(door);
  };
  const url = databaseUrl({ ...address, port: relay.port });
  return { relay, url, through: () => place(relay.port), direct: place(address.port) };
}

/** The code of the error with which a place refuses to be used; undefined when it doesn't. */
async function refusalOf(place: MovePlace): Promise<string | undefined> {
  try {
    await (await place.open(DATABASE_OWNER)).close();
    return undefined;
  } catch (error) {
    return (error as { readonly code?: string }).code;
  }
}

/** Whatever a move that failed has left: nothing is lost, at most one side can be used, and the same move ends it. */
async function endIt(source: MovePlace, target: MovePlace, before: Content, when: string): Promise<void> {
  assert.deepEqual(await contentAt(source), before, when);
  const [left, come] = [await refusalOf(source), await refusalOf(target)];
  if (come === undefined && (await contentAt(target))['messages']?.length) {
    assert.equal(left, 'STORE_MOVED', when);
  } else {
    if (left !== undefined) assert.equal(come, 'STORE_HALF_MOVED', when);
    await moving(source, target)();
  }
  assert.equal(await refusalOf(source), 'STORE_MOVED', when);
  assert.deepEqual(await contentAt(target), before, when);
}

/** About so many moments of a move, at which its server goes. */
const MOMENTS = 12;

onServers('telepi move-store whose server goes', (subject) => {
  it('at the start says so in one sentence, and leaves the other side as it was', async (t) => {
    const dataDir = temporaryFolder(t);
    const file = filePlace(join(dataDir, 'ledger.db'));
    await filled(file, 2);
    const before = await contentAt(file);
    const { relay, url } = await relayed(t, subject());
    await relay.cut();
    for (const sides of [
      [],
      ['--from', 'DATABASE_URL', '--to', 'file', '--replace', '--yes'],
      ['--dry-run'],
    ]) {
      const words = ['move-store', ...sides, '--data-dir', dataDir];
      const { status, stderr } = await telepi(words, { cwd: dataDir, environment: { DATABASE_URL: url } });
      assert.equal(status, 1, stderr);
      assert.match(
        stderr,
        /^telepi: Can't reach the .* database .*: start the server, or correct DATABASE_URL\.$/m,
      );
      assert.equal(await refusalOf(file), undefined, sides.join(' '));
    }
    assert.deepEqual(await contentAt(file), before);
  });

  it('at any moment, as the target, loses nothing, and the same move ends it', async (t) => {
    const folder = temporaryFolder(t);
    const original = join(folder, 'original.db');
    await filled(filePlace(original), 2);
    const before = await contentAt(filePlace(original));
    let answers = 0;
    for (let moment = 0; moment === 0 || moment < answers; moment += Math.ceil(answers / MOMENTS)) {
      const { relay, through, direct } = await relayed(t, subject());
      const path = join(folder, `${moment}.db`);
      copyFileSync(original, path);
      const source = filePlace(path);
      if (moment === 0) {
        await moving(source, through())();
        answers = relay.answers;
        continue;
      }
      relay.cutAfter(moment);
      await assert.rejects(moving(source, through())(), `after ${moment} answers`);
      await relay.restore();
      await endIt(source, direct, before, `after ${moment} of ${answers} answers`);
    }
  });

  it('at any moment, as the source, loses nothing, and the same move ends it', async (t) => {
    const folder = temporaryFolder(t);
    const { relay, through, direct } = await relayed(t, subject());
    await filled(direct, 2);
    const before = await contentAt(direct);
    let answers = 0;
    for (let moment = 0; moment === 0 || moment < answers; moment += Math.ceil(answers / MOMENTS)) {
      const target = filePlace(join(folder, `${moment}.db`));
      const since = relay.answers;
      if (moment === 0) {
        await moving(through(), target)();
        answers = relay.answers - since;
      } else {
        relay.cutAfter(moment);
        const isDone = await moving(through(), target)().then(
          () => true,
          () => false,
        );
        await relay.restore();
        // Once the target is whole, only a lease of the source is given back.
        if (isDone) assert.equal(await refusalOf(target), undefined, `after ${moment} answers`);
        await endIt(direct, target, before, `after ${moment} of ${answers} answers`);
      }
      await undone(direct);
    }
  });
});
