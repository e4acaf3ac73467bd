import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { serverIdentity } from '../../lib/telegram/server-key.js';
import { runInProcess } from '../support/in-process.js';
import { openScene, recordsOf, type Scene } from '../support/scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';

interface Pair {
  readonly scene: Scene;
  readonly source: Chat;
  readonly target: Chat;
  readonly environment: Readonly<Record<string, string>>;
  /** The texts in the target, oldest first. */
  texts(): string[];
}

/** A source with `count` texts, and an empty target. */
async function openPair(t: Parameters<typeof openScene>[0], count: number): Promise<Pair> {
  const scene = await openScene(t);
  const { world } = scene.sandbox;
  const creator = scene.filled.user.id;
  const source = world.createChannel({ title: 'From\u001b[2J here', megagroup: true, creator });
  const target = world.createChannel({ title: 'To there', megagroup: true, creator });
  for (let index = 1; index <= count; index += 1) {
    world.post({ chat: source.id, from: creator, text: `text ${index}` });
  }
  await scene.signIn();
  return {
    scene,
    source,
    target,
    environment: { SOURCE_CHAT: String(source.id), TARGET_CHAT: String(target.id), MIN_INTERVAL: '0' },
    texts: () => (scene.sandbox.report().sent.get(target.id) ?? []).flatMap(({ text }) => text || []),
  };
}

const textsTo = (count: number): string[] => Array.from({ length: count }, (_, index) => `text ${index + 1}`);

/** Calls `onRecord` for each JSON line that the process prints. */
function eachRecord(child: ChildProcess, onRecord: (record: Record<string, unknown>) => void): void {
  let rest = '';
  child.stdout?.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onRecord(JSON.parse(line) as Record<string, unknown>);
  });
}

test('a small clone gives lines, a summary, a log and state; a second run has nothing to do', async (t) => {
  const { scene, source, target, environment, texts } = await openPair(t, 12);
  const first = await scene.run(['run'], environment);
  assert.equal(first.status, 0, first.stderr);
  assert.deepEqual(texts(), textsTo(12));
  assert.match(
    first.stdout,
    /^From\[2J here \(-100\d+\) → To there \(-100\d+\), state in .*\n13 messages to clone\n/,
  );
  assert.match(first.stdout, /\n10 of 13 messages, [\d.]+ msg\/min, 0\.0 MB\/s, ends [^\n]+\n/);
  assert.match(first.stdout, /\nSent 12 messages with 0 B of files in /);
  assert.match(first.stdout, /\nSkipped 1 message \(service 1\)\.\nDone up to source message 13\.\n$/);

  const server = serverIdentity({ server: scene.sandbox.server, testDc: false });
  const folder = join(scene.cwd, 'data', `${source.id}_to_${target.id}_of_${server}`);
  assert.equal(readFileSync(join(folder, 'checkpoint.txt'), 'utf8').trim(), '13');
  const log = join(folder, 'clone.log');
  assert.equal(statSync(log).mode & 0o777, 0o600);
  const events = recordsOf(readFileSync(log, 'utf8')).map(({ event }) => event);
  for (const event of [
    'settings_read',
    'signed_in',
    'job_opened',
    'clone_started',
    'message_sent',
    'clone_ended',
  ]) {
    assert.ok(events.includes(event), event);
  }
  for (const secret of [
    scene.filled.apiHash,
    scene.session(),
    scene.filled.phone.slice(1),
    scene.filled.password,
  ]) {
    for (const file of readdirSync(folder)) {
      assert.ok(!readFileSync(join(folder, file), 'utf8').includes(secret), `${file} holds a secret`);
    }
  }

  const second = await scene.run(['run', '--json'], environment);
  assert.equal(second.status, 0, second.stderr);
  const records = recordsOf(second.stdout);
  assert.equal(records[0]?.['checkpoint'], 13);
  const { event, sent, lastId, complete } = records.at(-1) ?? {};
  assert.deepEqual([event, sent, lastId, complete], ['summary', 0, 13, true]);
  assert.equal(texts().length, 12);
});

test('--restart starts over, and leaves the state of another pair alone', async (t) => {
  const { scene, environment, texts } = await openPair(t, 2);
  assert.equal((await scene.run(['run'], environment)).status, 0);
  const refused = await scene.run(['run', '--restart'], environment);
  assert.equal(refused.status, 2, refused.stderr);
  assert.match(
    refused.stderr,
    /^telepi: --restart sends everything again\. "To there" has 2 copies of this job already, .*--yes\. .*0 into checkpoint\.txt/,
  );
  assert.deepEqual(texts(), textsTo(2), 'nothing was sent');
  assert.equal((await scene.run(['run', '--restart', '--yes'], environment)).status, 0);
  assert.deepEqual(texts(), [...textsTo(2), ...textsTo(2)]);
  for (const [typed, sent] of [
    ['yes', 4],
    ['To there', 6],
  ] as const) {
    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
    const asked = runInProcess(['run', '--restart'], {
      environment: { ...scene.connection, ...environment },
      cwd: scene.cwd,
      stdin,
    });
    stdin.write(`${typed}\r`);
    if (sent === 4) await assert.rejects(asked, { code: 'RESTART_UNCONFIRMED' });
    else assert.equal((await asked).status, 0);
    assert.equal(texts().length, sent);
  }
  const first = await scene.run(['run', '--restart'], { ...environment, SOURCE_CHAT: '@sandbox_news' });
  assert.equal(first.status, 0, 'nothing was sent yet, so nobody is asked');
});

for (const [signal, status] of [
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} ends a run cleanly with ${status}, says where, and the next run continues there`, async (t) => {
    const { scene, environment, texts } = await openPair(t, 6);
    let sent = 0;
    const stopped = await scene.run(['run', '--json', '--min-interval', '3'], environment, {
      onStart: (child) =>
        eachRecord(child, ({ event }) => {
          if (event !== 'sent') return;
          sent += 1;
          if (sent === 2) child.kill(signal);
        }),
    });
    assert.equal(stopped.status, status, stopped.stderr);
    assert.equal(
      stopped.stderr,
      `Ending cleanly after ${signal}; a second signal ends at once.\ntelepi: Stopped by ${signal}.\n`,
    );
    const records = recordsOf(stopped.stdout);
    const summary = records.find(({ event }) => event === 'summary');
    assert.equal(summary?.['complete'], false);
    assert.equal(summary?.['sent'], 2);
    assert.equal(summary?.['lastId'], 3);
    assert.deepEqual(texts(), textsTo(2));
    assert.equal((await scene.run(['run'], environment)).status, 0);
    assert.deepEqual(texts(), textsTo(6));
  });
}

test('a second run of the same pair is refused while the first is running', async (t) => {
  const { scene, environment, texts } = await openPair(t, 2);
  let second: ReturnType<Scene['run']> | undefined;
  let pid: number | undefined;
  const first = await scene.run(['run', '--json', '--min-interval', '30'], environment, {
    onStart(child) {
      pid = child.pid;
      eachRecord(child, ({ event }) => {
        if (event !== 'sent' || second) return;
        second = scene.run(['run'], environment);
        void second.then(() => child.kill('SIGTERM'));
      });
    },
  });
  const refused = await second;
  assert.equal(refused?.status, 2, refused?.stderr);
  assert.match(refused?.stderr ?? '', new RegExp(`^telepi: [^\\n]*\\b${pid}\\b[^\\n]*\\.\\n$`));
  assert.equal(first.status, 143, first.stderr);
  assert.deepEqual(texts(), textsTo(1));
});

test('a flood wait is reported with its method, its end and the new end of the job, and waited for', async (t) => {
  const { scene, environment, texts } = await openPair(t, 4);
  scene.sandbox.weather.change({ messageBudget: 3, messageWindowSeconds: 2 });
  const { status, stdout } = await scene.run(['run'], environment);
  assert.equal(status, 0, stdout);
  assert.match(
    stdout,
    /\nwaiting for messages\.SendMessage \(FLOOD_WAIT_[12]\) until \d\d:\d\d:\d\d, \d s more; the job ends \d\d:\d\d:\d\d, in \d+ s\n/i,
  );
  assert.deepEqual(texts(), textsTo(4));
});

test('SIGTERM ends a flood wait of ten minutes at once', async (t) => {
  const { scene, environment, texts } = await openPair(t, 4);
  scene.sandbox.weather.change({ messageBudget: 2, messageWindowSeconds: 600 });
  const stopped = await scene.run(['run', '--json'], environment, {
    onStart: (child) => eachRecord(child, ({ event }) => void (event === 'wait' && child.kill('SIGTERM'))),
  });
  assert.equal(stopped.status, 143, stopped.stderr);
  const records = recordsOf(stopped.stdout);
  const wait = records.find(({ event }) => event === 'wait') ?? assert.fail('no wait was told');
  assert.equal(wait['method'], 'messages.sendMessage');
  assert.match(String(wait['reason']), /^FLOOD_WAIT_(?:5\d\d|600)$/);
  assert.ok(Date.parse(String(wait['endsAt'])) > Date.parse(String(wait['until'])), JSON.stringify(wait));
  assert.deepEqual(texts(), textsTo(2));
});

test('texts are changed as the flags say: by rules, and by a program that is run without a shell', async (t) => {
  const { scene, environment, texts, source } = await openPair(t, 1);
  scene.sandbox.world.post({ chat: source.id, from: scene.filled.user.id, text: 'old words' });
  const program = `
    require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const document = JSON.parse(line);
      console.log(JSON.stringify({ ...document, text: document.text + (process.env.TG_API_HASH ?? '!') }));
    });`;
  const pipe = `'${process.execPath}' -e "${program.replaceAll('\n', ' ')}"`;
  const run = await scene.run(['run', '--replace', 'old=>new', '--pipe', pipe], environment);
  assert.equal(run.status, 0, run.stderr);
  assert.deepEqual(texts(), [...textsTo(1).map((text) => `${text}!`), 'new words!']);
  const faulty = await scene.run(['run', '--pipe', 'false', '--restart', '--yes'], environment);
  assert.equal(faulty.status, 1);
  assert.match(faulty.stderr, /^telepi: The program of --pipe, false, ended with exit status 1/);
  assert.equal(texts().length, 2);
});

test('failures are listed with status 1; protected content stops the run before any work', async (t) => {
  const { scene, environment, texts, source } = await openPair(t, 2);
  const { world } = scene.sandbox;
  const creator = scene.filled.user.id;
  world.post({ chat: source.id, from: creator, text: 'x'.repeat(5000) });
  const failed = await scene.run(['run', '--long', 'fail'], environment);
  assert.equal(failed.status, 1, `${failed.stdout}${failed.stderr}`);
  assert.match(failed.stdout, /\nFailed 1 message:\n {2}message 4: text_too_long\n/);
  assert.deepEqual(texts(), textsTo(2));

  const protectedSource = { ...environment, SOURCE_CHAT: String(scene.filled.chats.protected.id) };
  const refused = await scene.run(['run'], protectedSource);
  assert.equal(refused.status, 2);
  assert.equal(refused.stdout, '');
  assert.match(refused.stderr, /^telepi: [^\n]*"Sandbox protected"[^\n]*--allow-protected\.\n$/);
  assert.equal(texts().length, 2);
  const allowed = await scene.run(['run', '--allow-protected'], protectedSource);
  assert.equal(allowed.status, 0, allowed.stderr);
  assert.ok(texts().length > 2);
});

test("chats and servers that don't exist are refused in one sentence, before any work", async (t) => {
  const { scene, environment } = await openPair(t, 1);
  const refused = async (changes: Record<string, string>, status: number, words: RegExp): Promise<void> => {
    const outcome = await scene.run(['run'], { ...environment, ...changes });
    assert.equal(outcome.status, status, outcome.stderr);
    assert.match(outcome.stderr, words);
    assert.match(outcome.stderr, /^telepi: [^\n]+[.)]\n$/);
    assert.equal(outcome.stdout, '');
  };
  await refused({ SOURCE_CHAT: '-1009999999999' }, 2, /-1009999999999/);
  await refused({ TARGET_CHAT: '@nobody_has_this' }, 2, /nobody_has_this/);
  await refused(
    { DATA_DIR: 'empty' },
    3,
    new RegExp(`${scene.cwd}/empty/session has no session.*telepi login`),
  );
  await refused({ TG_SERVER: '127.0.0.1:9' }, 1, /127\.0\.0\.1:9|network|connect/i);
});

test('a sandbox restarted with the same seed is another Telegram: its chats are cloned from the start', async (t) => {
  const dataDir = temporaryFolder(t);
  const ids: number[] = [];
  for (const start of ['first', 'second']) {
    const { scene, source, environment, texts } = await openPair(t, 3);
    ids.push(source.id);
    const shared = { ...environment, DATA_DIR: dataDir, TG_SESSION: scene.session() };
    const { status, stderr } = await scene.run(['run'], shared);
    assert.equal(status, 0, stderr);
    assert.deepEqual(texts(), textsTo(3), start);
    assert.equal(/cloned on another server already/.test(stderr), start === 'second', stderr);
    const again = await scene.run(['run'], shared);
    assert.equal(again.status, 0, again.stderr);
    assert.deepEqual(texts(), textsTo(3), start);
    assert.doesNotMatch(again.stderr, /another server/);
  }
  assert.equal(ids[0], ids[1]);
});

test('messages that an earlier run has sent are not losses: they are one count, without a line each', async (t) => {
  const { scene, environment, texts } = await openPair(t, 4);
  const runIt = () =>
    runInProcess(['run'], { environment: { ...scene.connection, ...environment }, cwd: scene.cwd });
  await runIt();
  const dataDir = join(scene.cwd, 'data');
  const folder = readdirSync(dataDir).find((name) => name.includes('_to_')) ?? '';
  writeFileSync(join(dataDir, folder, 'checkpoint.txt'), '0\n');
  const { stdout } = await runIt();
  assert.match(stdout, /\n4 messages were sent before\.\n/);
  assert.doesNotMatch(stdout, /sent_before|Skipped 5/);
  assert.deepEqual(texts(), textsTo(4));
});
