import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { openScene, recordsOf } from '../support/scene.js';
import { databaseUrl } from './database-url.js';
import { onServers, type ServerSubject } from './databases.js';
import { DatabaseRelay } from './relay.js';

const OUT_OF_REACH =
  /^telepi: (?:Can't reach the (?:Postgres|MariaDB) database .*: start the server, or correct DATABASE_URL|The connection to the (?:Postgres|MariaDB) database .* was lost, .*: run again when the server is back)\.$/m;

/** A finished clone in a database behind a relay. */
async function cloned(t: TestContext, subject: ServerSubject) {
  const scene = await openScene(t, {}, { messages: 6, largeFiles: [], edgeSizes: false });
  await scene.signIn();
  const relay = await DatabaseRelay.start(subject.instance.port);
  t.after(() => relay.cut());
  const environment = {
    DATABASE_URL: databaseUrl({ ...(await subject.address(t)), port: relay.port }),
  };
  const ids = ['--source', String(scene.filled.source.id), '--target', String(scene.filled.target.id)];
  const run = [...ids, '--auto-create-topics=no', '--min-interval', '0'];
  const telepi = (args: readonly string[]) => scene.run(args, environment);
  const first = await telepi(['run', ...run]);
  assert.equal(first.status, 0, first.stderr);
  const [job] = recordsOf((await telepi(['status', '--json'])).stdout);
  return { relay, telepi, ids, run, folder: String(job?.['folder']), done: Number(job?.['done']) };
}

onServers('a command whose database is out of reach', (subject) => {
  it('at its start says so in one sentence and changes nothing, unless it can wait', async (t) => {
    const { relay, telepi, ids, run, folder, done } = await cloned(t, subject());
    await relay.cut();
    for (const args of [
      ['status'],
      ['verify', ...ids],
      ['verify', ...ids, '--repair'],
      ['run', ...run, '--dry-run'],
      ['duplicates'],
      ['forget', folder, '--yes'],
    ]) {
      const { status, stderr } = await telepi(args);
      assert.equal(status, 1, `${args.join(' ')}: ${stderr}`);
      assert.match(stderr, OUT_OF_REACH, args.join(' '));
      assert.ok(!/ at .*\.js:\d+/.test(stderr), stderr);
    }
    const check = await telepi(['check', ...run]);
    assert.equal(check.status, 1, check.stdout);
    assert.match(check.stdout, /Can't reach the (?:Postgres|MariaDB) database /);
    await relay.restore();
    const [job] = recordsOf((await telepi(['status', '--json'])).stdout);
    assert.equal(job?.['done'], done);
  });

  it('from any moment on says so, too, and the same command does its work afterwards', async (t) => {
    const { relay, telepi, ids, run, folder, done } = await cloned(t, subject());
    for (const args of [
      ['status'],
      ['verify', ...ids],
      ['verify', ...ids, '--repair'],
      ['run', ...run, '--dry-run'],
      ['duplicates'],
      ['forget', folder, '--yes'],
    ]) {
      const words = args.join(' ');
      let ends = 0;
      for (const answers of [5, 7, 9, 12]) {
        relay.cutAfter(answers);
        const { status, stderr } = await telepi(args);
        await relay.restore();
        relay.cutAfter(Number.POSITIVE_INFINITY);
        if (status === 0) break;
        ends += 1;
        assert.equal(status, 1, `${words}, after ${answers} answers: ${stderr}`);
        assert.match(stderr, OUT_OF_REACH, `${words}, after ${answers} answers`);
      }
      assert.ok(ends > 0, words);
      if (args[0] === 'forget') continue;
      const again = await telepi(args);
      assert.equal(again.status, 0, `${words}: ${again.stderr}`);
      const [job] = recordsOf((await telepi(['status', '--json'])).stdout);
      assert.equal(job?.['done'], done, words);
    }
    const { status, stderr } = await telepi(['forget', folder, '--yes']);
    // Its answer may have been the one that was lost.
    assert.ok(status === 0 || /no job/.test(stderr), stderr);
    assert.deepEqual(recordsOf((await telepi(['status', '--json'])).stdout), []);
  });
});
