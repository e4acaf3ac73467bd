import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type MethodTable, RpcError } from '../../lib/sandbox/rpc.js';
import { databaseUrl } from './database-url.js';
import { onServers } from './databases.js';
import { eventsOf, queueScene } from './queue-scene.js';
import { hostOf } from './worker-process.js';

onServers(
  'a run of any account',
  (subject) => {
    it('is handed to the account that has begun it, by a worker of another account', async (t) => {
      const { scene, pair, target, other, one } = await bothAccounts(t);
      const [queued] = await scene.records('run', ...pair, '--enqueue', '--any-account');
      await scene.records('run', ...pair);
      const sent = target.box?.messages.length ?? 0;
      assert.ok(sent > 3);
      const second = other.start('--until-empty');
      const { to } = await second.said(({ event }) => event === 'handed_on');
      assert.equal(to, scene.filled.user.id);
      assert.equal(await second.ended, 0, second.stderr());
      const first = one.start('--until-empty');
      assert.equal(await first.ended, 0, first.stderr());
      assert.deepEqual(
        eventsOf(first.records, queued?.['job']),
        ['taken', 'done'],
        JSON.stringify(first.records),
      );
      assert.equal(target.box?.messages.length, sent, 'nothing is sent twice');
    });

    it('is not handed back to an account that may not do it any more', async (t) => {
      const { scene, pair, target, other, one } = await bothAccounts(t);
      const [queued] = await scene.records('run', ...pair, '--enqueue', '--any-account');
      await scene.records('run', ...pair);
      scene.sandbox.world.removeMember(target, scene.filled.user.id);
      const first = one.start();
      await first.said(({ event, job }) => event === 'refused' && job === queued?.['job']);
      const second = other.start();
      await second.said(({ event }) => event === 'worker');
      const [dead] = (await scene.records('workers')).filter(({ event }) => event === 'dead');
      await scene.records('workers', '--retry', String(dead?.['id']));
      await first.said(({ event, to }) => event === 'handed_on' && to === scene.filled.plain.user.id);
      await second.said(({ event }) => event === 'refused');
      const [again] = (await scene.records('workers')).filter(({ event }) => event === 'dead');
      assert.deepEqual(
        ((again?.['refusals'] ?? []) as { account: number; code: string }[]).map(({ account, code }) => [
          account,
          code,
        ]),
        [
          [scene.filled.user.id, 'TARGET_READ_ONLY'],
          [scene.filled.plain.user.id, 'OTHER_ACCOUNT'],
        ],
      );
      for (const { child, ended } of [first, second]) {
        child.kill('SIGTERM');
        await ended;
      }
    });

    it('is not queued as if nobody had begun it when a chat could not be asked for', async (t) => {
      let fails = false;
      const methods = (all: MethodTable): MethodTable =>
        new Map([
          ...all,
          [
            'contacts.ResolveUsername',
            (request: unknown, caller) => {
              if (fails) throw new RpcError(400, 'NOT_TODAY');
              return all.get('contacts.ResolveUsername')?.(request, caller);
            },
          ],
        ]);
      const scene = await queueScene(t, subject(), ['one'], { methods });
      const [host] = scene.hosts;
      assert.ok(host);
      fails = true;
      const args = ['run', '--source', '@nobody_yet', '--target', '@nobody_else', '--enqueue'];
      const { status, stderr } = await scene.run([...args, '--any-account'], host.environment, host);
      assert.equal(status, 1, stderr);
      assert.match(stderr, /NOT_TODAY/);
      assert.ok(!(await scene.records('workers')).some(({ event }) => event === 'waiting'));
    });

    async function bothAccounts(t: Parameters<typeof queueScene>[0]) {
      const scene = await queueScene(t, subject(), ['one']);
      const { sandbox, filled } = scene;
      const target = sandbox.world.createChannel({
        creator: filled.plain.user.id,
        date: filled.source.date,
        title: 'of both accounts',
        username: 'of_both_accounts',
      });
      sandbox.world.addMember(target, filled.user.id, { admin: true });
      const login = { TG_PHONE: filled.plain.phone, TG_CODE: filled.plain.code };
      const other = await hostOf(t, scene, 'other', databaseUrl(scene.address), login);
      const [one] = scene.hosts;
      assert.ok(one);
      const source = String(filled.chats.readOnly.id);
      const pair = ['--source', source, '--target', '@of_both_accounts', '--min-interval', '0'];
      return { scene, pair, target, other, one };
    }
  },
  ['postgres'],
);
