import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { openScene, recordsOf } from '../support/scene.js';

describe('--create-target', () => {
  it('makes a chat like the source once, and later runs continue into it; check and a dry run say what they would make; two targets are refused, and so are a selection that the source cannot meet and a wrong --continue-from, before anything is made; verify finds it', async (t) => {
    const scene = await openScene(t);
    await scene.signIn();
    const { source } = scene.filled;
    const { world, files } = scene.sandbox;
    const photo = files.add({ kind: 'photo', dcId: 2, width: 640, height: 640 });
    Object.assign(source, { about: 'All about it', photo: { id: photo.id, dcId: photo.dcId } });
    const known = new Set(world.state.chats.keys());
    const made = (): Chat[] => [...world.state.chats.values()].filter(({ id }) => !known.has(id));
    const telepi = (command: string, ...args: string[]) =>
      scene.run([command, '--create-target', ...(command === 'verify' ? [] : ['--limit', '20']), ...args], {
        MIN_INTERVAL: '0',
        SOURCE_CHAT: String(source.id),
        TARGET_CHAT: '',
        TARGET_TOPIC: '',
        AUTO_CREATE_TOPICS: '',
      });
    const checked = await telepi('check');
    assert.match(checked.stdout, /a run would create the forum/, checked.stderr);
    assert.match(checked.stdout, /content: \d+ of \d+ messages would be sent/);
    const dry = await telepi('run', '--dry-run');
    assert.equal(dry.status, 0, dry.stderr);
    assert.match(dry.stdout, /A run would create the forum/);
    assert.match(dry.stdout, /Set the target's description and photo/);
    for (const unmet of [
      ['--topic', '9999'],
      ['--sender', '@nobody_of_that_name'],
    ]) {
      assert.equal((await telepi('run', ...unmet)).status, 2);
    }
    for (const command of ['run', 'verify']) {
      const { status, stderr } = await telepi(
        command,
        ...(command === 'run' ? ['--continue-from', 'nowhere'] : []),
      );
      assert.equal(status, 2);
      assert.match(stderr, command === 'run' ? /correct --continue-from/ : /has made a target for .+ yet/);
    }
    assert.deepEqual(made(), []);
    const first = await telepi('run', '--json');
    assert.equal(first.status, 0, first.stderr);
    const [target] = made();
    assert.ok(target);
    assert.deepEqual([target.title, target.about, target.forum], [source.title, 'All about it', true]);
    assert.notEqual(target.photo, undefined);
    const record = recordsOf(first.stdout).find(({ event }) => event === 'target_created');
    assert.equal(record?.['id'], target.id);
    const sent = target.box?.messages.filter(({ action }) => !action).length ?? 0;
    assert.ok(sent >= 20);
    target.about = 'changed by hand';
    const second = await telepi('run');
    assert.equal(second.status, 0, second.stderr);
    assert.equal(made().length, 1);
    assert.ok((target.box?.messages.filter(({ action }) => !action).length ?? 0) > sent);
    assert.equal(target.about, 'changed by hand', 'the profile is given once');
    const again = await telepi('check');
    assert.match(again.stdout, /which --create-target made/, again.stderr);
    const verified = await telepi('verify', '--json');
    const [report] = recordsOf(verified.stdout).filter(({ event }) => event === 'verify');
    assert.ok(report);
    assert.equal(report['byLedger'], true);
    const { id } = report['target'] as { readonly id: number };
    assert.equal(id, target.id);
    assert.ok(Number(report['compared']) > 20, verified.stderr);
    for (const command of ['run', 'check', 'verify']) {
      const { status, stdout, stderr } = await scene.run([command, '--create-target'], {
        SOURCE_CHAT: String(source.id),
        TARGET_CHAT: String(scene.filled.target.id),
      });
      assert.equal(status, 2);
      assert.match(stdout + stderr, /TARGET_CHAT names a target, and --create-target makes one/);
    }
  });

  it('refuses topics for a source without any before it makes a chat', async (t) => {
    const scene = await openScene(t);
    await scene.signIn();
    const { world } = scene.sandbox;
    const news = world.createChannel({ title: 'News', creator: scene.filled.user.id });
    const before = world.state.chats.size;
    const settings = {
      SOURCE_CHAT: String(news.id),
      TARGET_CHAT: '',
      TARGET_TOPIC: '',
      AUTO_CREATE_TOPICS: 'yes',
    };
    for (const args of [['run'], ['run', '--dry-run'], ['check']]) {
      const { status, stdout, stderr } = await scene.run([...args, '--create-target'], settings);
      assert.equal(status, 2, args.join(' '));
      assert.match(stdout + stderr, /"News" .+ has no topics.+leave out AUTO_CREATE_TOPICS/s);
    }
    assert.equal(world.state.chats.size, before);
  });
});
