import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, test } from 'node:test';
import { linkAbort } from '../../../lib/base/abort.js';
import { PART_SIZE } from '../../../lib/base/bytes.js';
import { silentLog } from '../../../lib/base/log.js';
import type { Answer } from '../../../lib/mtproto/answers.js';
import { PartPool } from '../../../lib/mtproto/parts/pool.js';
import { connectionLost } from '../../../lib/refusals/telegram-error.js';
import { Tl } from '../../../lib/sandbox/mtproto/constructors.js';
import { TlWriter } from '../../../lib/sandbox/mtproto/tl-bytes.js';
import { FakeClock } from '../../support/fake-clock.js';
import { listenerCountingSignal } from '../../support/listener-counting-signal.js';
import { download, PartScene, until, upload } from '../../support/part-scene.js';
import { boolean, file, type Heard, result } from '../../support/part-server.js';

let scene: PartScene;
let clock: FakeClock;
let pool: PartPool;
let due: Heard[];
/** Of connections. */
let most: number;

const pong = new TlWriter().uint(Tl.pong).long(1n).long(1n).finish();
const never = linkAbort().signal;

beforeEach(async () => {
  clock = new FakeClock({ epochMs: Date.now() });
  scene = await PartScene.start(clock);
  due = [];
  most = 8;
  scene.server.onMessage = (heard) => {
    if (heard.kind === Tl.ping) heard.from.notify(pong);
    if (heard.request) due.push(heard);
  };
  pool = poolOf(1);
});

/** A pool that opens `start` connections before there is a request. */
function poolOf(start: number, fails: () => boolean = () => false): PartPool {
  return new PartPool({
    name: 'test',
    most: () => most,
    start,
    async connect(events) {
      if (fails()) throw connectionLost('connect');
      return scene.connect(events);
    },
    discard: (answer) => {
      if (answer.kind === 'file') scene.buffers.giveBack(answer.bytes);
    },
    clock,
    log: silentLog,
    closing: scene.closing.signal,
  });
}

afterEach(() => scene.close());

const yes: Answer = { kind: 'bool', value: true };
const grant = ({ from, msgId }: Heard): bigint => from.send(result(msgId, boolean(true)));

/** Lets `seconds` pass on the pool's clock, and what they bring about happen. */
async function pass(seconds: number): Promise<void> {
  for (let tick = 0; tick < 4 * seconds; tick += 1) {
    await clock.advance(250);
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Answers requests, so that the pool knows what is usual. */
async function warmUp(): Promise<void> {
  for (let nth = 0; nth < 3; nth += 1) {
    const answer = pool.run(upload(nth), never);
    await until(() => due.length === 1);
    await clock.advance(20);
    due.splice(0).forEach(grant);
    assert.deepEqual(await answer, yes);
  }
}

test('each request gets a connection of its own, as long as more are allowed; then they share', async () => {
  const one = pool.run(upload(), never);
  await until(() => due.length === 1);
  assert.deepEqual([pool.connections, pool.goodConnections], [1, 0]);
  due.splice(0).forEach(grant);
  await one;
  const answers = Array.from({ length: 20 }, (_, index) => pool.run(upload(index), never));
  await until(() => due.length === 20);
  for (let answered = 0; answered < 20; answered += due.splice(0).map(grant).length) {
    await until(() => due.length > 0);
  }
  await Promise.all(answers);
  assert.deepEqual([pool.connections, pool.outstanding, scene.server.ends.length], [8, 0, 8]);
  assert.equal(pool.goodConnections, 8);
});

test('before there is a request it opens as many connections as were good the last time, and uses those first', async () => {
  pool = poolOf(4);
  pool.warm();
  await until(() => scene.server.ends.length === 4);
  assert.equal(pool.connections, 4);
  pool.warm();
  const answers = Array.from({ length: 4 }, (_, index) => pool.run(upload(index), never));
  await until(() => due.length === 4);
  assert.equal(scene.server.ends.length, 4);
  assert.equal(new Set(due.map(({ from }) => from)).size, 4);
  due.splice(0).forEach(grant);
  await Promise.all(answers);
  most = 3;
  const fewer = poolOf(4);
  fewer.warm();
  await until(() => scene.server.ends.length === 7);
  assert.equal(fewer.connections, 3);
});

test('connections that fail to open are not opened again and again', async () => {
  let opened = 0;
  pool = poolOf(1, () => {
    opened += 1;
    return opened > 2;
  });
  const answers = Array.from({ length: 10 }, (_, index) => pool.run(upload(index), never));
  for (let answered = 0; answered < 10; answered += due.splice(0).map(grant).length) {
    await until(() => due.length > 0);
  }
  await Promise.all(answers);
  assert.equal(pool.connections, 2);
  assert.equal(opened, 8, 'one attempt for each place');
});

for (const how of ['ends', 'is reset'] as const) {
  test(`when a connection ${how}, its requests are repeated at once over another one`, async () => {
    most = 1;
    await warmUp();
    const answers = [0, 1, 2].map((index) => pool.run(upload(index), never));
    await until(() => due.length === 3);
    const [first] = scene.server.ends;
    if (how === 'ends') first?.socket.end();
    else first?.socket.resetAndDestroy();
    await until(() => due.length === 6);
    assert.ok(due.slice(3).every(({ from }) => from !== first));
    due.slice(3).forEach(grant);
    assert.deepEqual(await Promise.all(answers), [yes, yes, yes]);
    assert.equal(clock.monotonic(), 60, 'no time has passed for it');
  });
}

test('when a server accepts connections and closes them, the error is reported, and connections stay few', async () => {
  scene.server.onConnection = ({ socket }) => socket.resetAndDestroy();
  const answers = Array.from({ length: 20 }, (_, index) => pool.run(upload(index), never));
  for (const answer of answers) await assert.rejects(answer, { errorMessage: 'CONNECTION_LOST' });
  assert.ok(scene.server.ends.length <= 9, `${scene.server.ends.length} connections`);
  assert.deepEqual([pool.connections, pool.outstanding], [0, 0]);
});

test('when the connection is lost after each request, the request is tried three times, then the error is reported', async () => {
  scene.server.onMessage = ({ from, kind, request, msgId }) => {
    if (kind === Tl.ping) from.notify(pong);
    if (request && due.length === 0) due.push({ ...due[0], from, msgId } as Heard);
    else if (request) from.socket.resetAndDestroy();
  };
  const first = pool.run(upload(), never);
  await until(() => due.length === 1);
  due.forEach(grant);
  await first;
  await assert.rejects(pool.run(upload(), never), { errorMessage: 'CONNECTION_LOST' });
  assert.ok(scene.server.ends.length <= 4);
});

test('a late request also goes over another connection; the first answer counts, and the slow connection is given up', async () => {
  most = 1;
  await warmUp();
  const slow = scene.server.ends[0];
  const bytes = randomBytes(PART_SIZE);
  let answered = 0;
  const answers = Array.from({ length: 4 }, async (_, index) => {
    const answer = await pool.run(download(index * PART_SIZE), never);
    assert.ok(answer.kind === 'file' && answer.bytes.equals(bytes));
    answered += 1;
  });
  await until(() => due.length === 4);
  most = 2;
  await pass(6);
  await until(() => due.length === 8);
  assert.ok(due.slice(4).every(({ from }) => from !== slow));
  for (const { from, msgId } of due.slice(4)) from.send(result(msgId, file(bytes)));
  await Promise.all(answers);
  assert.equal(answered, 4);
  assert.ok(slow?.socket.destroyed || pool.connections <= 2);
  await until(() => scene.closed.length >= 1);
  assert.match(String(scene.closed[0]), /late/);
  assert.equal(pool.outstanding, 0);
});

test('in fair weather nothing is sent twice, however long answers take together', async () => {
  most = 1;
  await warmUp();
  const answers = Array.from({ length: 12 }, (_, index) => pool.run(upload(index), never));
  await until(() => due.length === 12);
  for (const heard of [...due]) {
    await clock.advance(300);
    grant(heard);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(answers);
  assert.equal(due.length, 12);
});

test('an abort ends a request at once, waiting or under way, and leaves nothing', async () => {
  most = 1;
  const stop = listenerCountingSignal();
  const answers = Array.from({ length: 20 }, (_, index) => pool.run(upload(index), stop.signal));
  for (const answer of answers) answer.catch(() => {});
  await until(() => due.length === 16);
  assert.equal(pool.outstanding, 20);
  stop.abort(new Error('enough'));
  for (const answer of answers) await assert.rejects(answer, /enough/);
  assert.deepEqual([pool.outstanding, stop.listeners], [0, 0]);
  due.forEach(grant);
  const next = pool.run(download(), never);
  await until(() => due.length === 17);
  due.slice(16).forEach(grant);
  assert.deepEqual(await next, yes);
  await assert.rejects(pool.run(upload(), stop.signal), /enough/);
});

test('closing ends everything, timers too', async () => {
  const answer = pool.run(upload(), never);
  answer.catch(() => {});
  await until(() => due.length === 1);
  scene.closing.abort(new Error('closed'));
  await assert.rejects(answer);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([pool.connections, pool.outstanding, clock.sleeping], [0, 0, 0]);
});

test('a server that keeps one connection is not asked again and again for another that no request waits for', async () => {
  scene.server.onConnection = ({ socket }) => {
    if (scene.server.ends.length > 1) socket.resetAndDestroy();
  };
  await warmUp();
  const answers = Array.from({ length: 6 }, (_, index) => pool.run(upload(index), never));
  await until(() => due.length === 6);
  const refused = scene.server.ends.length;
  await pass(6);
  due.splice(0, 1).forEach(grant);
  await answers[0];
  for (let turn = 0; turn < 500; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  assert.ok(scene.server.ends.length <= refused + 8, `${scene.server.ends.length - refused} attempts`);
  due.splice(0).forEach(grant);
  await Promise.all(answers);
});

test('a request that waits is sent when an abort makes room for it', async () => {
  most = 1;
  await warmUp();
  const stop = listenerCountingSignal();
  const aborted = Array.from({ length: 16 }, (_, index) => pool.run(upload(index), stop.signal));
  for (const answer of aborted) answer.catch(() => {});
  const waiting = pool.run(upload(16), never);
  await until(() => due.length === 16);
  stop.abort(new Error('enough'));
  await pass(1);
  await until(() => due.length === 17);
  due.slice(16).forEach(grant);
  assert.deepEqual(await waiting, yes);
});
