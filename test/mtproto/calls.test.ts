import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Api } from 'telegram';
import type { Answer } from '../../lib/mtproto/answers.js';
import type { Call } from '../../lib/mtproto/connection-options.js';
import type { Request } from '../../lib/mtproto/request.js';
import { Tl } from '../../lib/sandbox/mtproto/constructors.js';
import { TlReader, TlWriter } from '../../lib/sandbox/mtproto/tl-bytes.js';
import { FakeClock } from '../support/fake-clock.js';
import { PartScene, until, upload } from '../support/part-scene.js';
import {
  badMessage,
  boolean,
  gzipped,
  type Heard,
  idsIn,
  newSession,
  result,
  rpcError,
} from '../support/part-server.js';

const nearest = new Api.NearestDc({ country: 'NL', thisDc: 1, nearestDc: 1 }).getBytes();
const call = (): Request => ({
  method: 'help.getNearestDc',
  kind: 'call',
  head: new Api.help.GetNearestDc().getBytes(),
  size: 0,
});
const pong = (heard: Heard): Buffer =>
  new TlWriter().uint(Tl.pong).long(heard.msgId).long(new TlReader(heard.body, 4).long()).finish();
const states = (question: Heard, state: number): Buffer =>
  new TlWriter()
    .uint(Tl.msgs_state_info)
    .long(question.msgId)
    .string(Buffer.from(idsIn(question).map(() => state)))
    .finish();
const isPing = ({ kind }: Heard): boolean => kind === Tl.ping || kind === Tl.ping_delay_disconnect;

let clock: FakeClock;
let scene: PartScene;
let due: Heard[];
/** The answer to msgs_state_req; undefined: no answer. */
let state: number | undefined;

beforeEach(async () => {
  clock = new FakeClock({ epochMs: Date.now() });
  scene = await PartScene.start(clock);
  due = [];
  state = 4;
  scene.server.onMessage = (heard) => {
    if (isPing(heard)) heard.from.notify(pong(heard));
    else if (heard.kind === Tl.msgs_state_req && state !== undefined) heard.from.notify(states(heard, state));
    else if (heard.request) due.push(heard);
  };
});

afterEach(() => scene.close());

/** Lets time pass second by second, and in between lets everything on the wire arrive. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    await clock.advance(1_000);
    for (let turn = 0; turn < 12; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

function outcome({ answer }: Call): { now: Answer | string | undefined } {
  const seen: { now: Answer | string | undefined } = { now: undefined };
  answer.then(
    (value) => {
      seen.now = value;
    },
    (error: Error & { errorMessage?: string }) => {
      seen.now = String(error.errorMessage);
    },
  );
  return seen;
}

test("a call's result is returned as its TL, gzipped or not, a Bool too; a refusal is an error", async () => {
  const answers = [
    nearest,
    gzipped(nearest),
    boolean(true),
    rpcError(400, 'X'),
    gzipped(rpcError(420, 'FLOOD_WAIT_3')),
  ];
  const connection = scene.connect();
  const got: Answer[] = [];
  for (const [nth, answer] of answers.entries()) {
    const { answer: coming } = connection.request(call());
    await until(() => due.length === nth + 1);
    due[nth]?.from.send(result(due[nth]?.msgId ?? 0n, answer));
    got.push(await coming);
  }
  assert.deepEqual(got, [
    { kind: 'tl', bytes: nearest },
    { kind: 'tl', bytes: nearest },
    { kind: 'tl', bytes: boolean(true) },
    { kind: 'error', code: 400, message: 'X' },
    { kind: 'error', code: 420, message: 'FLOOD_WAIT_3' },
  ]);
});

test('pushes are passed on once, alone or in a container; acknowledgements are not', async () => {
  const pushed: number[] = [];
  const connection = scene.connect({ onPush: (body) => pushed.push(body.readUInt32LE(0)) });
  connection.request(call()).answer.catch(() => {});
  await until(() => due.length === 1);
  const [{ from, msgId }] = due as [Heard];
  const update = new Api.UpdatesTooLong().getBytes();
  const first = from.send(update);
  from.send(update, { msgId: first });
  from.container([update, new TlWriter().uint(Tl.msgs_ack).longs([msgId]).finish()]);
  from.send(gzipped(update));
  await until(() => pushed.length === 3);
  assert.deepEqual(new Set(pushed), new Set([0xe317af7e]));
});

test('a call waits minutes for its answer as long as pings are answered, and its neighbours overtake it', async () => {
  const connection = scene.connect({}, 'keep');
  await until(() => scene.proven === 1);
  const slow = outcome(connection.request(call()));
  await until(() => due.length === 1);
  for (let minute = 1; minute <= 5; minute += 1) {
    await pass(60);
    const neighbour = connection.request(call());
    await until(() => due.length === minute + 1);
    const last = due.at(-1);
    last?.from.send(result(last.msgId, nearest));
    assert.equal((await neighbour.answer).kind, 'tl');
    assert.equal(slow.now, undefined);
  }
  assert.equal(due.filter(({ msgId }) => msgId === due[0]?.msgId).length, 1, 'sent once');
  due[0]?.from.send(result(due[0].msgId, nearest));
  await until(() => slow.now !== undefined);
  assert.deepEqual(slow.now, { kind: 'tl', bytes: nearest });
  assert.ok(!connection.closed);
});

test('a call without an answer for ten minutes is a TIMEOUT of that call alone', async () => {
  const connection = scene.connect({}, 'keep');
  await until(() => scene.proven === 1);
  const never = outcome(connection.request(call()));
  await pass(400);
  const later = outcome(connection.request(call()));
  await pass(201);
  assert.equal(never.now, 'TIMEOUT');
  assert.equal(later.now, undefined);
  const last = due.at(-1);
  last?.from.send(result(last.msgId, nearest));
  await until(() => later.now !== undefined);
  assert.ok(!connection.closed);
});

test('a server that freezes is noticed by a ping after ten seconds and TIMEOUT fifteen later, however often it is called', async () => {
  const connection = scene.connect({}, 'keep');
  await until(() => scene.proven === 1);
  scene.server.onMessage = () => {};
  const calls = [outcome(connection.request(call()))];
  for (let second = 0; second < 24; second += 1) {
    await pass(1);
    calls.push(outcome(connection.request(call())));
  }
  assert.ok(!connection.closed);
  await pass(2);
  assert.ok(connection.closed);
  assert.ok(calls.every(({ now }) => now === 'TIMEOUT'));
});

test('an idle kept connection is pinged once a minute with a delay after which the server ends it, and is given up when it is dead', async () => {
  const connection = scene.connect({}, 'keep');
  await until(() => scene.proven === 1);
  await pass(200);
  const pings = scene.server.heard(Tl.ping_delay_disconnect);
  assert.ok(pings.length >= 3 && pings.length <= 5, `${pings.length} pings`);
  for (const { body } of pings) assert.equal(body.readInt32LE(12), 75);
  assert.ok(!connection.closed);
  scene.server.onMessage = () => {};
  await pass(80);
  assert.ok(connection.closed);
  assert.equal(clock.sleeping, 0);
});

test('a message that the server has not received is sent again after thirty seconds; one that it knows is not', async () => {
  const connection = scene.connect({}, 'keep');
  await until(() => scene.proven === 1);
  const known = outcome(connection.request(call()));
  await pass(65);
  assert.ok(scene.server.heard(Tl.msgs_state_req).length >= 2);
  assert.deepEqual(scene.server.heard(Tl.msgs_state_req).flatMap(idsIn), [due[0]?.msgId, due[0]?.msgId]);
  assert.equal(due.length, 1);
  state = 2;
  await pass(35);
  assert.equal(due.length, 2, 'in a message of its own');
  assert.notEqual(due[1]?.msgId, due[0]?.msgId);
  due[1]?.from.send(result(due[1].msgId, nearest));
  await until(() => known.now !== undefined);
  assert.deepEqual(known.now, { kind: 'tl', bytes: nearest });
});

test('if the server may or may not have accepted them, a part is sent again and a call fails, because it might be done twice', async () => {
  const forgets: Readonly<Record<string, (heard: Heard) => Promise<void>>> = {
    'a new session': async ({ from, msgId }) => void from.send(newSession(msgId + 4n, 3n)),
    'too old to say': async ({ from, msgId }) => void from.notify(badMessage(msgId, 20)),
    'nothing known': async () => {
      state = 1;
      await pass(31);
    },
  };
  for (const [what, forget] of Object.entries(forgets)) {
    for (const kind of ['call', 'part'] as const) {
      state = 4;
      due = [];
      const { proven } = scene;
      const connection = scene.connect({}, 'keep');
      await until(() => scene.proven === proven + 1);
      const seen = outcome(connection.request(kind === 'call' ? call() : upload()));
      await until(() => due.length === 1);
      await forget(due[0] ?? assert.fail());
      await until(() => seen.now !== undefined || due.length === 2);
      assert.equal(seen.now, kind === 'call' ? 'CONNECTION_LOST' : undefined, what);
      assert.equal(due.length, kind === 'call' ? 1 : 2, what);
      assert.ok(!connection.closed);
      connection.close(new Error('done'));
    }
  }
});

test('a session given up for its clock still counts for answered requests, and only refused ones are sent again', async () => {
  const connection = scene.connect({}, 'keep');
  await until(() => scene.proven === 1);
  const [one, other] = [outcome(connection.request(call())), outcome(connection.request(call()))];
  await until(() => due.length === 2);
  const [first, second] = due as [Heard, Heard];
  second.from.notify(badMessage(second.msgId, 17));
  await until(() => due.length === 3);
  const again = due[2] ?? assert.fail();
  assert.notEqual(again.sessionId, first.sessionId);
  first.from.send(result(first.msgId, nearest), { sessionId: first.sessionId });
  again.from.send(result(again.msgId, nearest));
  await until(() => one.now !== undefined && other.now !== undefined);
  assert.deepEqual(
    [one.now, other.now],
    [
      { kind: 'tl', bytes: nearest },
      { kind: 'tl', bytes: nearest },
    ],
  );
  assert.equal(due.length, 3);
});

test('a message that the server asks for again is sent unchanged', async () => {
  const connection = scene.connect();
  const seen = outcome(connection.request(call()));
  await until(() => due.length === 1);
  const [first] = due as [Heard];
  first.from.notify(new TlWriter().uint(Tl.msg_resend_req).longs([first.msgId]).finish());
  await until(() => due.length === 2);
  assert.deepEqual(
    due.map(({ msgId, seqno, sessionId, introduced }) => [msgId, seqno, sessionId, introduced]),
    [1, 2].map(() => [first.msgId, first.seqno, first.sessionId, true]),
  );
  first.from.send(result(first.msgId, nearest));
  await until(() => seen.now !== undefined);
});
