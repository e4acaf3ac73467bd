import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { openScene, recordsOf } from '../support/scene.js';
import { databaseUrl } from './database-url.js';
import { onServers } from './databases.js';
import { DatabaseRelay } from './relay.js';

onServers('telepi with DATABASE_URL', (subject) => {
  it('clones, shows its status, checks, verifies and forgets; the password is nowhere', async (t) => {
    const scene = await openScene(t, {}, { messages: 12, largeFiles: [], edgeSizes: false });
    await scene.signIn();
    const address = await subject().address(t);
    const environment = { DATABASE_URL: databaseUrl(address) };
    const pair = [
      '--source',
      String(scene.filled.source.id),
      '--target',
      String(scene.filled.target.id),
      '--auto-create-topics=no',
    ];
    const outputs: string[] = [];
    const run = async (...args: string[]) => {
      const { status, stdout, stderr } = await scene.run(args, environment);
      outputs.push(stdout, stderr);
      assert.equal(status, 0, `${args[0]}: ${stderr}${stdout}`);
      return stdout;
    };
    assert.match(
      await run('check', ...pair),
      /database: the (?:Postgres|MariaDB) database telepi_\w+ at \S+ answers, and has no tables yet/,
    );
    await run('run', ...pair, '--min-interval', '0', '--debug');
    assert.match(await run('check', ...pair), /answers, and has TelePi's tables/);
    const [job] = recordsOf(await run('status', '--json'));
    assert.equal(job?.['waiting'], 0);
    assert.ok(Number(job?.['done']) >= 5);
    await run('run', ...pair);
    await run('verify', ...pair.slice(0, 4));
    await run('forget', String(job?.['folder']), '--yes');
    assert.deepEqual(recordsOf(await run('status', '--json')), []);
    const dataDir = join(scene.cwd, 'data');
    assert.ok(!readdirSync(dataDir).includes('ledger.db'));
    const secrets = [address.password ?? '', encodeURIComponent(address.password ?? '')];
    const files = readdirSync(dataDir, { recursive: true, encoding: 'utf8' });
    const texts = files.flatMap((name) =>
      name.endsWith('.log') ? [readFileSync(join(dataDir, name), 'utf8')] : [],
    );
    for (const text of [...outputs, ...texts])
      for (const secret of secrets) assert.ok(!text.includes(secret));
  });

  it('refuses a server that lacks the jobs of the local ledger, and names the way', async (t) => {
    const scene = await openScene(t, {}, { messages: 3, largeFiles: [], edgeSizes: false });
    await scene.signIn();
    const pair = [
      '--source',
      String(scene.filled.source.id),
      '--target',
      String(scene.filled.target.id),
      '--auto-create-topics=no',
    ];
    const first = await scene.run(['run', ...pair, '--min-interval', '0']);
    assert.equal(first.status, 0, first.stderr);
    const environment = { DATABASE_URL: databaseUrl(await subject().address(t)) };
    for (const args of [['run', ...pair], ['status'], ['run', ...pair, '--dry-run']]) {
      const { status, stderr } = await scene.run(args, environment);
      assert.equal(status, 2, stderr);
      assert.match(
        stderr,
        /ledger\.db holds a job that the (?:Postgres|MariaDB) database telepi_\w+ at \S+ lacks: copy everything with telepi move-store, leave DATABASE_URL out, or move the file away if nothing in it is needed\./,
      );
    }
  });

  it('waits at the start of a run for a server that is down, and says so; status does not wait', async (t) => {
    const scene = await openScene(t, {}, { messages: 3, largeFiles: [], edgeSizes: false });
    await scene.signIn();
    const relay = await DatabaseRelay.start(subject().instance.port);
    t.after(() => relay.cut());
    const address = { ...(await subject().address(t)), port: relay.port };
    const environment = { DATABASE_URL: databaseUrl(address) };
    await relay.cut();
    const status = await scene.run(['status'], environment);
    assert.equal(status.status, 1);
    assert.match(
      status.stderr,
      /^telepi: Can't reach the (?:Postgres|MariaDB) database .*: start the server, or correct DATABASE_URL\.$/m,
    );
    const pair = [
      '--source',
      String(scene.filled.source.id),
      '--target',
      String(scene.filled.target.id),
      '--auto-create-topics=no',
    ];
    const run = await scene.run(['run', ...pair, '--min-interval', '0'], environment, {
      onStart: (child) => {
        child.stderr?.on('data', (text: string) => {
          if (text.includes('is out of reach')) void relay.restore();
        });
      },
    });
    assert.equal(run.status, 0, run.stderr);
    assert.match(
      run.stderr,
      /is out of reach, nothing listens there: nothing is sent until it is back, and TelePi keeps trying\./,
    );
    assert.match(run.stderr, /answers again after .*: the run continues\./);
  });
});
