import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Libsql from 'libsql';
import { systemClock } from '../../lib/base/clock.js';
import type { TelepiError } from '../../lib/base/errors.js';
import { jobFolderName } from '../../lib/ledger/job-file.js';
import { acquireLock } from '../../lib/ledger/lock.js';
import { serverIdentity } from '../../lib/telegram/server-key.js';
import { runInProcess } from '../support/in-process.js';
import { openScene, recordsOf, type Scene } from '../support/scene.js';

type Settings = Readonly<Record<string, string>>;

/** Something that `telepi run` refuses before its first send. */
interface Situation {
  readonly settings: Settings;
  readonly code: string;
  /** Prepares the data directory; returns a function that undoes this. */
  readonly prepare?: (scene: Scene) => undefined | (() => unknown) | Promise<() => unknown>;
}

test('check reports what run refuses, in the same words, and neither leaves a job behind', async (t) => {
  const scene = await openScene(t);
  await scene.signIn();
  const situations = Object.entries(situationsOf(scene));
  const { sent } = scene.sandbox.report();
  for (const [name, situation] of situations) {
    const { settings, code, prepare } = situation;
    const undo = await prepare?.(scene);
    const options = { environment: { ...scene.connection, ...settings }, cwd: scene.cwd };
    const before = namesUnder(scene.cwd);
    const checked = await runInProcess(['check', '--json'], options);
    const refusal = await runInProcess(['run'], options).then(
      () => assert.fail(`${name}: run refused nothing`),
      (error: TelepiError) => error,
    );
    assert.equal(refusal.code, code, `${name}: ${refusal.message}`);
    const fixes = recordsOf(checked.stdout).filter(({ status }) => status === 'fix');
    assert.deepEqual(
      fixes.map(({ detail }) => detail),
      [refusal.message],
      name,
    );
    assert.equal(checked.status, refusal.exitStatus, name);
    assert.deepEqual(namesUnder(scene.cwd), before, name);
    await undo?.();
  }
  assert.deepEqual(scene.sandbox.report().sent, sent, 'nothing was sent');
  const { stdout } = await runInProcess(['status'], { environment: {}, cwd: scene.cwd });
  assert.match(stdout, / has no job yet: /, 'a refused run leaves none');
});

function situationsOf({ filled, sandbox }: Scene): Readonly<Record<string, Situation>> {
  const { world } = sandbox;
  const { source, target, chats, user } = filled;
  const owner = world.createUser({ phone: '9996600077', code: '1', firstName: 'Owner' });
  /** A forum of somebody else's, where members may create topics. */
  const theirs = (title: string) => {
    const forum = world.createChannel({ title, creator: owner.id, megagroup: true, forum: true });
    world.addMember(forum, user.id);
    return forum;
  };
  const closed = theirs('with a closed topic');
  const topic = world.createTopic(closed, { title: 'Shut', from: owner.id });
  topic.closed = true;
  const shut = theirs('with General closed');
  const general = shut.topics.get(1) ?? assert.fail('no General');
  general.closed = true;
  const group = String(chats.supergroup.id);
  const pair = { SOURCE_CHAT: group, TARGET_CHAT: String(target.id) };
  const forums = { SOURCE_CHAT: String(source.id), TARGET_CHAT: String(target.id) };
  /** The job's folder, with one file in it. */
  const inFolder =
    (name: string, text: string): Required<Situation>['prepare'] =>
    async (scene) => {
      const { publicKeyPem } = sandbox.server;
      const server = serverIdentity({ server: { publicKeyPem }, testDc: false });
      const selection = { server, sourceId: chats.supergroup.id, targetId: target.id };
      const path = join(scene.cwd, 'data', jobFolderName(selection));
      mkdirSync(path);
      writeFileSync(join(path, name), text);
      const lock = name === 'lock' ? await acquireLock(join(path, 'lock'), systemClock) : undefined;
      return async () => {
        await lock?.release();
        rmSync(path, { recursive: true });
      };
    };
  return {
    'source = target': { settings: { ...pair, TARGET_CHAT: group }, code: 'SAME_CHAT' },
    'a closed target topic for a plain member': {
      settings: { ...pair, TARGET_CHAT: String(closed.id), TARGET_TOPIC: String(topic.id) },
      code: 'TOPIC_CLOSED',
    },
    'a closed General for a plain member': {
      settings: { ...pair, TARGET_CHAT: String(shut.id) },
      code: 'TOPIC_CLOSED',
    },
    'forum into forum without a choice': { settings: forums, code: 'TOPICS_UNDECIDED' },
    'protected content': {
      settings: { ...pair, SOURCE_CHAT: String(chats.protected.id) },
      code: 'PROTECTED_CHAT',
    },
    'a target to read only': {
      settings: { ...pair, TARGET_CHAT: '@sandbox_readonly' },
      code: 'TARGET_READ_ONLY',
    },
    'an unknown target': { settings: { ...pair, TARGET_CHAT: '@nobody_has_this' }, code: 'UNKNOWN_CHAT' },
    'an unknown source topic': {
      settings: { ...forums, AUTO_CREATE_TOPICS: 'yes', SOURCE_TOPIC: '9999' },
      code: 'UNKNOWN_TOPIC',
    },
    'an unknown thread': { settings: { ...pair, SOURCE_TOPIC: '9999' }, code: 'UNKNOWN_TOPIC' },
    'an unknown target topic': { settings: { ...pair, TARGET_TOPIC: '9999' }, code: 'UNKNOWN_TOPIC' },
    'a target topic of a chat without': {
      settings: { SOURCE_CHAT: String(target.id), TARGET_CHAT: group, TARGET_TOPIC: '7' },
      code: 'TARGET_NO_FORUM',
    },
    'topics to create in a chat without': {
      settings: { SOURCE_CHAT: String(target.id), TARGET_CHAT: group, AUTO_CREATE_TOPICS: 'yes' },
      code: 'TARGET_NO_FORUM',
    },
    'a stray checkpoint.txt in the working directory': {
      settings: pair,
      code: 'LEGACY_UNDECIDED',
      prepare: ({ cwd }) => {
        writeFileSync(join(cwd, 'checkpoint.txt'), '4711');
        return () => rmSync(join(cwd, 'checkpoint.txt'));
      },
    },
    'a damaged checkpoint.txt': {
      settings: pair,
      code: 'STATE_DAMAGED',
      prepare: inFolder('checkpoint.txt', 'four thousand'),
    },
    'a damaged topic_map.json': {
      settings: pair,
      code: 'STATE_DAMAGED',
      prepare: inFolder('topic_map.json', '[]'),
    },
    'a damaged job.json': { settings: pair, code: 'STATE_DAMAGED', prepare: inFolder('job.json', '{') },
    'a run of this pair in progress': { settings: pair, code: 'JOB_RUNNING', prepare: inFolder('lock', '') },
    "another program's ledger.db": {
      settings: pair,
      code: 'LEDGER_FOREIGN',
      prepare: ({ cwd }) => {
        const path = join(cwd, 'data', 'ledger.db');
        rmSync(path, { force: true });
        const database = new Libsql(path);
        database.exec('create table accounts (name text)');
        database.close();
        return () => rmSync(path);
      },
    },
  };
}

/** Paths of files and folders, relative. */
function namesUnder(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
}

test("the older script's files are used when --continue-from names them, and merged topics are reported", async (t) => {
  const scene = await openScene(t);
  await scene.signIn();
  const { world } = scene.sandbox;
  const creator = scene.filled.user.id;
  const source = world.createChannel({ title: 'From', megagroup: true, forum: true, creator });
  const topic = world.createTopic(source, { title: 'Red', from: creator });
  const ids = ['one', 'two', 'three'].map(
    (text) => world.post({ chat: source.id, from: creator, text, topicId: topic.id }).id,
  );
  writeFileSync(join(scene.cwd, 'checkpoint.txt'), `${ids[1]}\n`);
  for (const [from, texts, begins] of [
    ['.', ['three'], ids[1]],
    ['none', ['one', 'two', 'three'], 0],
  ] as const) {
    const target = world.createChannel({ title: 'To', megagroup: true, creator });
    const settings = { SOURCE_CHAT: String(source.id), TARGET_CHAT: String(target.id), MIN_INTERVAL: '0' };
    const options = { environment: { ...scene.connection, ...settings }, cwd: scene.cwd };
    const run = await runInProcess(['run', '--json', '--continue-from', from], options);
    const [start] = recordsOf(run.stdout);
    assert.equal(start?.['checkpoint'], begins);
    const sent = scene.sandbox.report().sent.get(target.id) ?? [];
    assert.deepEqual(
      sent.flatMap(({ text }) => text || []),
      texts,
    );
    assert.match(run.stderr, /The topics of "From" are put together in the target, which has no topics/);
    const summary = recordsOf(run.stdout).at(-1)?.['reduced'] as Record<string, number>;
    assert.equal(summary['topic'], texts.length);
  }
});
