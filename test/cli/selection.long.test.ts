import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseArguments } from '../../lib/cli/arguments.js';
import { COMMANDS } from '../../lib/cli/commands.js';
import { openScene, recordsOf } from '../support/scene.js';
import { telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('the words of a selection', () => {
  it('are refused before any work, with a mark under the place in an expression', async (t) => {
    const cwd = temporaryFolder(t);
    const environment = {
      TG_API_ID: '1',
      TG_API_HASH: '00112233445566778899aabbccddeeff',
      SOURCE_CHAT: '@from_here',
      TARGET_CHAT: '@to_there',
    };
    const run = (...args: string[]) => telepi(['run', ...args], { cwd, environment });
    const filter = await run('--filter', 'size > 5 && knd == "photo"');
    assert.equal(filter.status, 2);
    assert.match(
      filter.stderr,
      /^telepi: --filter is not an expression that TelePi can use: unknown variable: knd/,
    );
    assert.match(filter.stderr, /\n {2}size > 5 && knd == "photo"\n {14}\^\n$/);
    const kind = await telepi(['run'], { cwd, environment: { ...environment, SELECT_KIND: 'vidoe' } });
    assert.equal(kind.status, 2);
    assert.match(
      kind.stderr,
      /^telepi: SELECT_KIND must be kinds of messages .*custom_emoji.* Did you mean video\?\n$/,
    );
    assert.equal((await run('--match', '(', '--since', '2024')).status, 2);
    for (const via of ['reference', 'forward']) {
      const idle = await run('--verify-source', '--via', via);
      assert.equal(idle.status, 2);
      assert.match(idle.stderr, /--verify-source compares the parts of files that are streamed/);
    }
  });

  it('add up when a flag of a list is given several times', async () => {
    const flags = async (...words: string[]) => {
      const request = await parseArguments(['run', ...words], COMMANDS, '0');
      assert.ok('command' in request);
      return request.flags;
    };
    for (const name of ['kind', 'exclude-kind', 'topic', 'sender', 'ext', 'strip']) {
      assert.deepEqual(await flags(`--${name}=a,b`, `--${name}`, 'c'), { [name]: 'a,b,c' }, name);
    }
    assert.deepEqual(await flags('--types=photo', '--kind=video'), { kind: 'photo,video' });
  });

  it('may have the names of other tools, which one table knows', async () => {
    const parse = async (...words: string[]) => {
      const request = await parseArguments(words, COMMANDS, '0');
      assert.ok('command' in request);
      return { name: request.command.name, flags: request.flags };
    };
    assert.deepEqual(
      await parse('clone', '--from', '@a', '--to=@b', '--types', 'photo', '--from-date', '2024'),
      {
        name: 'run',
        flags: { source: '@a', target: '@b', kind: 'photo', since: '2024' },
      },
    );
    assert.deepEqual(await parse('copy', '--chat-id=-1001', '--target-id', '-1002', '--user-id', '5'), {
      name: 'run',
      flags: { source: '-1001', target: '-1002', sender: '5' },
    });
    assert.equal((await parse('compare', '--chat', '@a')).name, 'verify');
    assert.equal((await parse('--json', 'list-chats')).name, 'chats');
    assert.equal((await parse('auth')).name, 'login');
    const help = await parseArguments(['clone', '--help'], COMMANDS, '0');
    assert.ok('print' in help && help.print.includes('telepi run [flags]'));
  });
});

describe('telepi run with a selection', () => {
  it('sends what it selects, and says what it left out and why', async (t) => {
    const scene = await openScene(t);
    await scene.signIn();
    const { status, stdout, stderr } = await scene.run(
      ['run', '--json', '--kind', 'photo,video', '--sender', 'me'],
      {
        MIN_INTERVAL: '0',
        AUTO_CREATE_TOPICS: 'yes',
        SOURCE_CHAT: String(scene.filled.source.id),
        TARGET_CHAT: String(scene.filled.target.id),
      },
    );
    assert.equal(status, 0, stderr);
    const summary = recordsOf(stdout).find(({ event }) => event === 'summary');
    const skipped = (summary?.['skipped'] ?? {}) as Record<string, number>;
    assert.ok(
      Object.keys(skipped).every((reason) => reason === 'not_sender' || reason === 'not_kind'),
      stdout,
    );
    assert.ok((skipped['not_kind'] ?? 0) > 0);
  });

  it('says nothing about topics that an earlier selection left out, and what --append-missed would add', async (t) => {
    const scene = await openScene(t);
    await scene.signIn();
    const { source, target, user } = scene.filled;
    const environment = { MIN_INTERVAL: '0', SOURCE_CHAT: String(source.id), TARGET_CHAT: String(target.id) };
    const run = (...args: string[]) =>
      scene.run(['run', '--json', '--auto-create-topics', ...args], environment);
    assert.equal((await run('--match', '^nothing has this text$')).status, 0);
    const dry = await run('--dry-run', '--kind', 'photo');
    const second = await run('--kind', 'photo');
    assert.equal(second.status, 0, second.stderr);
    assert.doesNotMatch(second.stdout + second.stderr, /without a topic being created/);
    const missedOf = (stdout: string) =>
      recordsOf(stdout).find(({ event }) => event === 'summary' || event === 'dry_run')?.['missed'];
    assert.ok(Number(missedOf(second.stdout)) > 0, second.stdout);
    assert.equal(missedOf(dry.stdout), missedOf(second.stdout));
    const plain = await scene.run(
      ['run', '--auto-create-topics', '--dry-run', '--kind', 'photo'],
      environment,
    );
    assert.match(plain.stdout, /older messages that earlier runs left out .*--append-missed/);
    // Put together first, and then each in its topic.
    const other = scene.sandbox.world.createChannel({
      title: 'later',
      creator: user.id,
      megagroup: true,
      forum: true,
    });
    const into = { ...environment, TARGET_CHAT: String(other.id) };
    assert.equal((await scene.run(['run', '--auto-create-topics=no', '--limit', '30'], into)).status, 0);
    const apart = await scene.run(['run', '--auto-create-topics', '--limit', '1'], into);
    assert.match(
      apart.stdout + apart.stderr,
      /\d+ messages? (was|were) cloned up to source message \d+ without a topic/,
    );
  });

  it('counts what its bounds leave out, without reading it, and the dry run does too', async (t) => {
    const scene = await openScene(t);
    await scene.signIn();
    const environment = {
      MIN_INTERVAL: '0',
      AUTO_CREATE_TOPICS: 'yes',
      SOURCE_CHAT: String(scene.filled.source.id),
      TARGET_CHAT: String(scene.filled.target.id),
    };
    const bounds = ['--to-id', '20'];
    const dry = recordsOf((await scene.run(['run', '--json', '--dry-run', ...bounds], environment)).stdout);
    const plain = await scene.run(['run', '--dry-run', ...bounds], environment);
    const run = recordsOf((await scene.run(['run', '--json', ...bounds], environment)).stdout);
    const [planned, done] = [dry, run].map((records) =>
      records.find(({ event }) => event === 'dry_run' || event === 'summary'),
    );
    const { unread, skipped } = done as { unread: Record<string, number>; skipped: Record<string, number> };
    assert.ok((unread['above_to_id'] ?? 0) > 20, JSON.stringify(done));
    assert.ok((skipped['above_to_id'] ?? 0) >= (unread['above_to_id'] ?? 0));
    assert.deepEqual([planned?.['unread'], planned?.['skipped']], [unread, skipped]);
    assert.match(plain.stdout, /Skip \d+ messages \(.*above_to_id \d+.*\)\./);
    assert.match(
      plain.stdout,
      new RegExp(`${unread['above_to_id']} messages of these were not read: the server`),
    );
  });

  it('is refused for topics that the source does not have, which names the ones that it has', async (t) => {
    const scene = await openScene(t);
    await scene.signIn();
    const { source, target } = scene.filled;
    const environment = {
      SOURCE_CHAT: String(source.id),
      TARGET_CHAT: String(target.id),
      AUTO_CREATE_TOPICS: 'yes',
    };
    const before = scene.sandbox.report().sent;
    const titles = [...source.topics.values()].map(({ id, title }) => `${title} (${id})`);
    for (const command of ['run', 'verify', 'check']) {
      const uses = command === 'verify' ? { ...environment, AUTO_CREATE_TOPICS: '' } : environment;
      const { status, stdout, stderr } = await scene.run([command, '--topic', '1,99999'], uses);
      assert.equal(status, 2, stdout);
      assert.match(stdout + stderr, /has no topic 99999: correct --topic\. It has /);
      assert.ok(
        titles.some((title) => (stdout + stderr).includes(title)),
        stdout + stderr,
      );
    }
    assert.deepEqual(scene.sandbox.report().sent, before);
    const sender = await scene.run(['run', '--sender', '@nobody_has_this_name'], environment);
    assert.equal(sender.status, 2);
    assert.match(sender.stderr, /@nobody_has_this_name.*check the spelling/);
  });

  it('is refused for topics of a chat that has none', async (t) => {
    const scene = await openScene(t);
    await scene.signIn();
    const { status, stderr } = await scene.run([
      'run',
      '--topic',
      '7',
      '--source',
      String(scene.filled.chats.supergroup.id),
      '--target',
      String(scene.filled.target.id),
    ]);
    assert.equal(status, 2);
    assert.match(stderr, /has no topics: leave out --topic/);
  });
});
