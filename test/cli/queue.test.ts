import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLogFile } from '../../lib/cli/log-file.js';
import { Activity } from '../../lib/cli/queue/activity.js';
import { datedFlags } from '../../lib/cli/queue/dated-flags.js';
import { runJob } from '../../lib/cli/queue/job-process.js';
import { LastWords } from '../../lib/cli/queue/last-words.js';
import { MachinePause } from '../../lib/cli/queue/machine-pause.js';
import { outcomeOf } from '../../lib/cli/queue/outcome.js';
import { requireQueueable } from '../../lib/cli/queue/queueable.js';
import type { Order } from '../../lib/queue/order.js';
import { telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ACCOUNT = { TG_API_ID: '1', TG_API_HASH: '0123456789abcdef0123456789abcdef' };
const RUN = ['run', '--source', '@source_chat', '--target', '@target_chat'];

test('a queue is refused without Postgres, before any work, and says that it needs one', async (t) => {
  const cwd = temporaryFolder(t);
  const commands = [[...RUN, '--enqueue'], ['download', '@some_chat', '--enqueue'], ['worker'], ['workers']];
  for (const args of commands) {
    const file = await telepi(args, { cwd, environment: ACCOUNT });
    assert.equal(file.status, 2);
    assert.match(
      file.stderr,
      /A queue needs Postgres, and DATABASE_URL is not set: set it to postgres:\/\/…, or run the command without the queue\./,
    );
    const environment = { ...ACCOUNT, DATABASE_URL: 'mysql://telepi:x@127.0.0.1:1/telepi' };
    const mysql = await telepi(args, { cwd, environment });
    assert.match(mysql.stderr, /A queue needs Postgres, and DATABASE_URL names MySQL or MariaDB/);
  }
});

test('flags of the queue without --enqueue, and what has no meaning on another machine, are refused', async (t) => {
  const cwd = temporaryFolder(t);
  const environment = { ...ACCOUNT, DATABASE_URL: 'postgres://telepi:x@127.0.0.1:1/telepi' };
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [[...RUN, '--priority', '1'], /--priority says how a job is queued, .* without --enqueue/],
    [[...RUN, '--schedule', '0 3 * * *'], /--schedule says how a job is queued/],
    [['download', '@some_chat', '--stretch', '9'], /--stretch says how a job is queued/],
    [[...RUN, '--enqueue', '--restart'], /--restart would send everything once more/],
    [
      [...RUN.slice(0, 3), '--create-target', '--enqueue', '--any-account'],
      /--create-target makes the target as one account/,
    ],
    [[...RUN.slice(0, 3), '--target', 'me', '--enqueue', '--any-account'], /"me" is the Saved Messages of/],
    [
      ['run', '--source', 'Self', ...RUN.slice(3), '--enqueue', '--any-account'],
      /or leave out --any-account/,
    ],
    [['download', '@some_chat', 'me', '--enqueue', '--any-account'], /"me" is the Saved Messages of/],
    [[...RUN, '--enqueue', '--pipe', 'cat'], /--pipe names a program of this machine/],
    [[...RUN, '--enqueue', '--retries', '-1'], /--retries must be a whole number from 0 to 1000, not "-1"/],
    [[...RUN, '--enqueue', '--at', 'soon'], /--at must be a date .* or so far from now: 30min, 12h/],
    [[...RUN, '--enqueue', '--at', '30m'], /so far from now.* An m could be minutes or months/],
    [[...RUN, '--enqueue', '--at', '2030', '--schedule', '0 3 * * *'], /leave one of them out/],
    [[...RUN, '--enqueue', '--schedule', '0 0 3 * * *'], /by the minute/],
    [['workers', '--retry', 'one', '--drop', 'other'], /--retry and --drop are two changes/],
    [['download', '@some_chat', '--enqueue', '--limit', '3', '--stretch', '9'], /--limit isn't divided/],
  ];
  for (const [args, words] of cases) {
    const { status, stderr } = await telepi(args, { cwd, environment });
    assert.equal(status, 2, args.join(' '));
    assert.match(stderr, words);
  }
});

test('what becomes of a job follows from how its command ended', () => {
  const of = (status: number | null, code = 'INCOMPLETE', isAnyones = false, flags: string[] = []) =>
    outcomeOf({ status, code, message: '' }, { flags, ...(isAnyones && { any: true as const }) });
  assert.equal(of(0), 'done');
  for (const status of [129, 130, 143]) assert.equal(of(status, 'INTERRUPTED'), 'interrupted');
  assert.equal(of(3, 'NOT_SIGNED_IN'), 'signed-out');
  assert.equal(of(2, 'JOB_RUNNING'), 'busy');
  assert.equal(of(2, 'UNKNOWN_CHAT'), 'refused');
  assert.equal(of(2, 'UNKNOWN_CHAT', true), 'rights');
  assert.equal(of(1, 'CHAT_ADMIN_REQUIRED', true), 'rights');
  assert.equal(of(1, 'CHAT_ADMIN_REQUIRED'), 'failed');
  const ofMachine = ['OUTPUT_UNWRITABLE', 'DATABASE_PASSWORD', 'MISSING_SETTING', 'ORGANISE_RUNS'];
  for (const code of [...ofMachine, 'SESSION_IN_USE']) assert.equal(of(2, code), 'machine');
  const alsoOfMachine = [
    'DISK_FULL',
    'ENOSPC',
    'EROFS',
    'EACCES',
    'EMFILE',
    'LOCK_FAILED',
    'JOB_NOT_STARTED',
  ];
  for (const code of alsoOfMachine) assert.equal(of(1, code), 'machine', code);
  for (const code of ['ENV_FILE_UNREADABLE', 'BUDGET_TOO_SMALL', 'SERVER_KEY_UNREADABLE'])
    assert.equal(of(2, code), 'machine', code);
  for (const code of ['OUTPUT_UNWRITABLE', 'DISK_FULL', 'ENOSPC', 'MISSING_SETTING'])
    assert.equal(of(2, code, false, ['--output=/its/own']), 'failed');
  assert.equal(of(2, 'DATABASE_PASSWORD', false, ['--output=/its/own']), 'machine');
  assert.equal(of(2, 'BAD_S3_ADDRESS', false, ['--output=s3://']), 'refused');
  const begun = { status: 2, code: 'OTHER_ACCOUNT', message: '' };
  assert.equal(outcomeOf(begun, { any: true, flags: [], waitedFor: 1 }), 'begun');
  assert.equal(outcomeOf(begun, { any: true, flags: [] }), 'rights');
  const partial = { status: 1, code: 'CHAT_ADMIN_REQUIRED', message: '', partial: true } as const;
  assert.equal(outcomeOf(partial, { any: true, flags: [] }), 'failed');
  assert.equal(of(2, 'CONTRADICTION'), 'refused');
  assert.equal(of(1, 'TIMEOUT'), 'failed');
  assert.equal(of(null, 'JOB_KILLED'), 'failed');
  assert.equal(of(1, 'FILE_NOT_WRITTEN'), 'failed');
  const full = { status: 1, code: 'FILE_NOT_WRITTEN', message: '', errno: 'ENOSPC' };
  assert.equal(outcomeOf(full, { flags: [] }), 'machine');
  const wrong = (message: string) => outcomeOf({ status: 2, code: 'BAD_SETTING', message }, { flags: [] });
  assert.equal(
    wrong('PARALLEL_DOWNLOADS in /srv/.env must be a whole number from 1 to 32, not "99".'),
    'machine',
  );
  assert.equal(wrong('--parallel-downloads must be a whole number from 1 to 32, not "99".'), 'refused');
  const small = { status: 2, code: 'BUDGET_TOO_SMALL', message: '' };
  assert.equal(outcomeOf(small, { flags: ['--buffer-mb=1'] }), 'refused', "by the job's own flag");
});

test('a job without a process is given back, and is not failed', async (t) => {
  const folder = temporaryFolder(t);
  const logPath = join(folder, 'job.log');
  const log = openLogFile(logPath, { level: 'info', onFault: assert.fail });
  t.after(() => log.close());
  const { signal } = new AbortController();
  const order: Order = {
    ...{ version: 1, command: 'download', flags: [], words: ['@chat'], account: 1 },
    ...{ title: 'chat', host: 'here', serial: '0' },
  };
  const end = await runJob({
    ...{ id: 'job', order, ownFlags: [], environment: {}, log, logPath, signal, kill: signal },
    workingDirectory: join(folder, 'gone'),
    redact: (text) => text,
    onLine() {},
  });
  assert.equal(end.code, 'JOB_NOT_STARTED');
  assert.match(end.message, /ENOENT/);
  assert.equal(outcomeOf(end, order), 'machine');
});

test('a worker refuses settings of its machine that would fail its jobs, before it takes one', async (t) => {
  const cwd = temporaryFolder(t);
  const base = { ...ACCOUNT, DATABASE_URL: 'postgres://telepi:x@127.0.0.1:1/telepi' };
  for (const [name, value] of [
    ['PARALLEL_DOWNLOADS', '99'],
    ['BUFFER_MB', 'x'],
    ['AWS_ENDPOINT_URL', 'no address'],
  ] as const) {
    const { status, stderr } = await telepi(['worker'], { cwd, environment: { ...base, [name]: value } });
    assert.equal(status, 2);
    assert.match(stderr, new RegExp(`${name} must be`));
  }
});

test('a job from the database has the flags of a job alone, each with its value', () => {
  const check =
    (flag: string, command: 'run' | 'download' = 'run') =>
    () =>
      requireQueueable({ command, flags: ['--source=@chat', flag] });
  for (const flag of ['--auto-create-topics=no', '--min-interval=1', '--replace=a\nb', '--stop-on-error'])
    check(flag)();
  for (const flag of ['--output=/files', '--media-type=all', '--from-file=-', '--with-comments'])
    check(flag, 'download')();
  const refused = [
    ...['--pipe=touch x', '--restart', '--settings=/tmp/x', '--server=10.0.0.1:443', '--server-key=/tmp/x'],
    ...['--data-dir=/tmp/x', '--proxy=socks5://x', '--debug', '--enqueue', '--schedule=* * * * *'],
    ...['--dry-run', '--continue-from=/tmp/x', '--no-such-flag', '--source', '--stop-on-error=yes'],
    ...['-V', '--', 'word', '--media-type=all'],
  ];
  for (const flag of refused) assert.throws(check(flag), { code: 'ONLY_HERE' }, flag);
  assert.throws(check('--from-file=/etc/passwd', 'download'), { code: 'ONLY_HERE' });
  assert.throws(check('--stop-on-error', 'sandbox' as 'run'), { code: 'ONLY_HERE' });
});

test('a machine that fails jobs pauses for a minute, twice as long each time up to ten, until a job succeeds there', () => {
  let now = 0;
  const pause = new MachinePause({ monotonic: () => now });
  assert.equal(pause.isOn, false);
  for (const minutes of [1, 2, 4, 8, 10, 10]) {
    assert.equal(pause.begin(), minutes * 60_000);
    now += 1000;
    assert.equal(pause.begin(), minutes * 60_000 - 1000, 'another job that ran at the same time');
    assert.equal(pause.isOn, true);
    now += minutes * 60_000;
    assert.equal(pause.isOn, false);
  }
  pause.begin();
  pause.end();
  assert.equal(pause.isOn, false);
  assert.equal(pause.begin(), 60_000);
});

test('why a job has failed is found in what its process has printed', () => {
  const of = (records: readonly object[], notes: readonly string[] = []) => {
    const words = new LastWords();
    for (const record of records) words.record(JSON.stringify(record));
    for (const note of notes) words.note(note);
    return words.why('telepi run ended with exit status 1', '/data/worker/x.log');
  };
  const failed = { event: 'failed', sourceId: 7, reason: 'media_empty', message: 'Telegram wants a file.' };
  const missing = { event: 'missing', chatId: -100, messageId: 9 };
  assert.deepEqual(of([failed, { event: 'error', code: 'DISK_FULL', message: 'Full.' }]), {
    code: 'DISK_FULL',
    message: 'Full.',
  });
  assert.deepEqual(of([missing, failed, { event: 'summary', failed: [] }]), {
    code: 'MEDIA_EMPTY',
    message: '1 message failed, message 7: Telegram wants a file.',
    partial: true,
  });
  assert.match(of([failed, failed]).message, /^2 messages failed, the last one message 7: /);
  assert.equal(of([missing]).message, 'Message 9 of -100 is not there.');
  const left = { event: 'left_out', chatId: -5, title: 'Old', why: 'is not read' };
  assert.deepEqual([of([left]).code, of([left]).message], ['CHAT_NOT_READ', '"Old" (-5) is not read.']);
  assert.deepEqual(of([], ['warning', 'FATAL ERROR: out of memory', ' 1: 0x7f node']), {
    code: 'INCOMPLETE',
    message:
      'telepi run ended with exit status 1; it had said: "FATAL ERROR: out of memory". Its log says more: /data/worker/x.log.',
  });
});

test('a job that waits as Telegram asks, or whose bytes grow, has moved; one that meets the same fault again has not', () => {
  const clock = { at: 1_800_000_000_000, now: () => clock.at };
  const activity = new Activity(clock);
  const take = (record: object, laterMs = 0): boolean => {
    activity.line(JSON.stringify(record));
    clock.at += laterMs;
    return activity.take();
  };
  const until = (ms: number): string => new Date(clock.at + ms).toISOString();
  assert.equal(activity.take(), false);
  assert.equal(take({ event: 'progress', file: 1, bytes: 5 }), true);
  assert.equal(activity.take(), false, 'nothing since');
  assert.equal(take({ event: 'wait', reason: 'CONNECTION_LOST', until: until(60_000) }), false);
  assert.equal(take({ event: 'wait', reason: 'FLOOD_WAIT_3600', until: until(3_600_000) }, 3_599_000), true);
  assert.equal(activity.take(), true, 'the wait is not over');
  clock.at += 2000;
  assert.equal(activity.take(), false, 'it is over');
  assert.equal(take({ event: 'wait', reason: 'SLOWMODE_WAIT_900', until: clock.at + 900_000 }, 1000), true);
  clock.at += 900_000;
  assert.equal(take({ event: 'turn', until: until(1_200_000) }, 1_100_000), true, 'its turn to send');
});

test('a span of a download that is queued counts back from when that was, whenever a worker does it', () => {
  const order: Order = {
    ...{
      version: 1,
      command: 'download',
      words: ['@chat'],
      account: 1,
      title: 'chat',
      host: 'h',
      serial: '0',
    },
    flags: ['--ext=zip', '--since=12h', '--until=30min'],
  };
  const asOf = Date.UTC(2026, 0, 2, 12, 0, 5);
  const dated = ['--ext=zip', '--since=2026-01-02T00:00:05.000Z', '--until=2026-01-02T11:30:05.000Z'];
  assert.deepEqual(
    datedFlags({ ...order, asOf }),
    dated.map((flag) => flag.replace('.000Z', 'Z')),
  );
  const flags = ['--since=2026-01', '--until=2026-02-03'];
  assert.deepEqual(datedFlags({ ...order, asOf, flags }), flags, 'a date stays as it is');
  assert.deepEqual(datedFlags(order), order.flags, 'from an older version');
  assert.deepEqual(datedFlags({ ...order, asOf, command: 'run' }), order.flags, 'a run has its checkpoint');
});

test('the process of a job whose worker has died before it could listen ends at once', async (t) => {
  const cwd = temporaryFolder(t);
  const environment = { ...ACCOUNT, TELEPI_QUEUED_JOB: 'a job' };
  const { status, stderr } = await telepi(['chats'], { cwd, environment });
  assert.equal(status, 1);
  assert.match(stderr, /No worker is connected to this process/);
});
