import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { RpcError } from '../../lib/sandbox/rpc.js';
import { openScene, recordsOf } from '../support/scene.js';
import { nastyText, seedFuzz, UNSAFE_OUTPUT } from './seed.js';

const seed = seedFuzz();

/** Names from outside, with everything that a terminal obeys among them. */
const [nasty = ''] = fc.sample(nastyText(), { numRuns: 1, seed });
const NAME = `${nasty}\u001b[2J\u001b]0;owned\u0007\u009b1m\n{"level":"error","event":"forged"}\r../../../tmp/telepi-escape\u202e\u2028`;

test('hostile names of chats, topics and files, and hostile refusals, give whole lines, no commands, no forged lines and no file outside', async (t) => {
  const scene = await openScene(t, { seed: `terminal ${seed}` });
  const { world, files } = scene.sandbox;
  const { phone } = scene.filled;
  const me = [...world.state.accounts.values()].find((account) => phone.endsWith(account.phone ?? '?'));
  assert.ok(me);
  const [source, target] = ['source', 'target'].map((title) =>
    world.createChannel({ title: title + NAME, creator: me.id, megagroup: true, forum: true }),
  );
  assert.ok(source && target);
  const topic = world.createTopic(source, { title: `topic${NAME}` });
  const { id: fileId } = files.add({
    kind: 'document',
    dcId: 1,
    size: 3_000_000,
    mimeType: 'text/plain',
    attributes: [{ type: 'filename', name: NAME }],
  });
  world.post({ chat: source.id, from: me.id, text: NAME, topicId: topic.id });
  world.post({
    chat: source.id,
    from: me.id,
    text: 'file',
    media: { kind: 'document', fileId, spoiler: false },
  });
  world.post({ chat: source.id, from: me.id, text: 'refused' });
  await scene.signIn();
  scene.sandbox.weather.script({
    method: 'messages.SendMessage',
    nth: 2,
    fate: { kind: 'refuse', error: new RpcError(400, NAME) },
  });
  const chats = { SOURCE_CHAT: String(source.id), TARGET_CHAT: String(target.id), MIN_INTERVAL: '0' };
  const outcomes = [
    await scene.run(['chats'], chats),
    await scene.run(['chats', '--json'], chats),
    await scene.run(['check', '--auto-create-topics'], chats),
    await scene.run(['run', '--auto-create-topics', '--debug'], chats),
    await scene.run(['run', '--auto-create-topics', '--json', '--restart', '--yes'], chats),
  ];
  for (const { stdout, stderr } of outcomes) {
    for (const line of `${stdout}${stderr}`.split('\n'))
      assert.doesNotMatch(line, UNSAFE_OUTPUT, JSON.stringify(line));
    assert.doesNotMatch(stdout + stderr, /^\{"level":"error","event":"forged"\}/m);
  }
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    [0, 0, 0, 1, 0],
    outcomes.map(({ stderr }) => stderr).join('\n'),
  );
  assert.ok(recordsOf(outcomes[1]?.stdout ?? '').some(({ title }) => String(title).startsWith('source')));
  assert.ok(outcomes[3]?.stdout.includes('failed'), 'the refusal was told');
  const folder = readdirSync(join(scene.cwd, 'data')).find((name) => name.includes('_to_'));
  const log = readFileSync(join(scene.cwd, 'data', folder ?? '', 'clone.log'), 'utf8');
  for (const line of log.trimEnd().split('\n')) {
    assert.doesNotMatch(line, UNSAFE_OUTPUT);
    const record = JSON.parse(line) as Record<string, unknown>;
    assert.ok(record['time'] && record['event'] !== 'forged', line);
  }
  assert.deepEqual(readdirSync(scene.cwd).sort(), ['data', 'server.pem']);
  assert.ok(!existsSync('/tmp/telepi-escape'));
});
