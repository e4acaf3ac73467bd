import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { Api } from 'telegram';
import { PART_SIZE } from '../../lib/base/bytes.js';
import type { Call } from '../../lib/mtproto/connection-options.js';
import { Tl } from '../../lib/sandbox/mtproto/constructors.js';
import { TlReader, TlWriter } from '../../lib/sandbox/mtproto/tl-bytes.js';
import { download, PartScene, until, upload } from '../support/part-scene.js';
import {
  badMessage,
  badSalt,
  boolean,
  file,
  gzipped,
  type Heard,
  idsIn,
  newSession,
  result,
  rpcError,
} from '../support/part-server.js';

let scene: PartScene;

beforeEach(async () => {
  scene = await PartScene.start();
});

afterEach(() => scene.close());

const pong = new TlWriter().uint(Tl.pong).long(1n).long(1n).finish();

async function fileOf(call: Call): Promise<Buffer> {
  const answer = await call.answer;
  assert.ok(answer.kind === 'file', answer.kind);
  return answer.bytes;
}

/** Answers the ping, so that the connection is proven, and each request as `answer` says. */
function serve(answer: (heard: Heard) => void): void {
  scene.server.onMessage = (heard) => {
    if (heard.kind === Tl.ping) heard.from.notify(pong);
    else if (heard.request) answer(heard);
  };
}

test('requests are introduced until one is answered; a refusal, a Bool and a file are returned as they are', async () => {
  const bytes = randomBytes(PART_SIZE);
  const answers = [file(bytes), boolean(true), rpcError(420, 'FLOOD_WAIT_3'), boolean(false)];
  serve(({ from, msgId }) => from.send(result(msgId, answers.shift() ?? boolean(true))));
  const connection = scene.connect();
  assert.ok((await fileOf(connection.request(download()))).equals(bytes));
  assert.deepEqual(await connection.request(upload()).answer, { kind: 'bool', value: true });
  const refused = { kind: 'error', code: 420, message: 'FLOOD_WAIT_3' };
  assert.deepEqual(await connection.request(download(PART_SIZE)).answer, refused);
  assert.deepEqual(await connection.request(upload(1)).answer, { kind: 'bool', value: false });
  const heard = scene.server.requests();
  assert.deepEqual(
    heard.map(({ introduced, request }) => [introduced, request?.className]),
    [
      [true, 'upload.GetFile'],
      [false, 'upload.SaveBigFilePart'],
      [false, 'upload.GetFile'],
      [false, 'upload.SaveBigFilePart'],
    ],
  );
  assert.ok(heard.every(({ seqno }) => seqno % 2 === 1));
  assert.ok(heard[0]?.request instanceof Api.upload.GetFile && !heard[0].request.cdnSupported);
});

test('after CONNECTION_NOT_INITED the request is sent again with the introduction', async () => {
  const answers = [boolean(true), rpcError(400, 'CONNECTION_NOT_INITED'), boolean(true)];
  serve(({ from, msgId }) => from.send(result(msgId, answers.shift() ?? boolean(false))));
  const connection = scene.connect();
  await connection.request(upload()).answer;
  assert.deepEqual(await connection.request(upload(1)).answer, { kind: 'bool', value: true });
  assert.deepEqual(
    scene.server.requests().map(({ introduced }) => introduced),
    [true, false, true],
  );
});

test('without a salt, requests wait for the one that the ping brings, and are sent in order', async () => {
  const salt = 77n;
  scene.server.onMessage = ({ from, msgId, salt: said, request }) => {
    if (said !== salt) from.notify(badSalt(msgId, salt));
    else if (request) from.send(result(msgId, boolean(true)));
  };
  const connection = scene.connect();
  const calls = Array.from({ length: 6 }, (_, index) => connection.request(upload(index)));
  await Promise.all(calls.map(({ answer }) => answer));
  const heard = scene.server.requests().map(({ request, salt: said }) => [request, said]);
  assert.deepEqual(
    heard.map(([request, said]) => [request instanceof Api.upload.SaveBigFilePart && request.filePart, said]),
    [0, 1, 2, 3, 4, 5].map((index) => [index, salt]),
  );
});

test('only one request is sent before the server has answered; a wrong salt is corrected, and the rest follow under the right one', async () => {
  const salt = 77n;
  scene.salts.correct(5n);
  scene.server.onMessage = ({ from, msgId, salt: said, request }) => {
    if (said !== salt) from.notify(badSalt(msgId, salt));
    else if (request) from.send(result(msgId, boolean(true)));
  };
  const connection = scene.connect();
  const calls = Array.from({ length: 6 }, (_, index) => connection.request(upload(index)));
  await Promise.all(calls.map(({ answer }) => answer));
  const wrong = scene.server.requests().filter((one) => one.salt !== salt);
  assert.equal(wrong.length, 1, 'parts went in vain');
  assert.equal(scene.proven, 1);
});

test('an eager connection sends all its requests before the server has answered; under a wrong salt each is repeated, and answered once', async () => {
  const salt = 77n;
  scene.salts.correct(5n);
  const held: Heard[] = [];
  const answer = ({ from, msgId, salt: said, request }: Heard): void => {
    if (said !== salt) from.notify(badSalt(msgId, salt));
    else if (request) from.send(result(msgId, boolean(true)));
  };
  scene.server.onMessage = (heard) => {
    if (held.push(heard) < 4) return;
    scene.server.onMessage = answer;
    for (const each of held) answer(each);
  };
  const connection = scene.connect({}, 'keep', undefined, true);
  const calls = [0, 1, 2].map((index) => connection.request(upload(index, randomBytes(100))));
  assert.deepEqual(
    await Promise.all(calls.map((call) => call.answer)),
    calls.map(() => ({ kind: 'bool', value: true })),
  );
  const requests = scene.server.requests();
  assert.deepEqual(
    [requests.filter((one) => one.salt !== salt).length, requests.filter((one) => one.salt === salt).length],
    [3, 3],
  );
});

test('get_future_salts is called once, and its salts are used', async () => {
  const now = Math.floor(Date.now() / 1000);
  const salts = new TlWriter().uint(Tl.future_salts).long(1n).uint(now).uint(2);
  salts
    .uint(now - 60)
    .uint(now + 3600)
    .long(-9n);
  salts
    .uint(now + 1800)
    .uint(now + 7200)
    .long(10n);
  scene.server.onMessage = ({ from, kind, msgId, request }) => {
    if (kind === Tl.ping) from.notify(newSession(msgId, 4n));
    if (kind === Tl.get_future_salts) from.notify(salts.finish());
    if (request) from.send(result(msgId, boolean(true)));
  };
  const connection = scene.connect();
  await connection.request(upload()).answer;
  await until(() => scene.salts.current === -9n);
  await connection.request(upload(1)).answer;
  assert.equal(scene.server.requests().at(-1)?.salt, -9n);
  scene.connect();
  await until(() => scene.proven === 2);
  assert.equal(scene.server.heard(Tl.get_future_salts).length, 1);
});

test('answers in any order, alone, in containers, gzipped, in one packet or in pieces find their requests', async () => {
  const forms = fc.constantFrom('alone', 'container', 'gzip', 'gzip inside');
  const sizes = fc.constantFrom(0, 1, 253, 254, 5_000, 40_000, PART_SIZE - 1, PART_SIZE);
  const plan = fc.array(fc.record({ size: sizes, form: forms, turn: fc.nat(100) }), {
    minLength: 1,
    maxLength: 9,
  });
  let due: Heard[] = [];
  serve((heard) => due.push(heard));
  const connection = scene.connect();
  await fc.assert(
    fc.asyncProperty(plan, async (answers) => {
      due = [];
      const calls = answers.map((_, index) => connection.request(download(index * PART_SIZE)));
      await until(() => due.length === (scene.proven > 0 ? answers.length : 1));
      const contents = new Map(due.map(({ msgId }, nth) => [msgId, randomBytes(answers[nth]?.size ?? 0)]));
      while (contents.size < answers.length) {
        await until(() => due.length > contents.size);
        for (const { msgId } of due.slice(contents.size))
          contents.set(msgId, randomBytes(answers[contents.size]?.size ?? 0));
      }
      const order = due.map((heard, nth) => ({ heard, ...(answers[nth] ?? { form: 'alone', turn: 0 }) }));
      order.sort((one, other) => one.turn - other.turn);
      const together: Buffer[] = [];
      for (const { heard, form } of order) {
        const content = file(contents.get(heard.msgId) ?? Buffer.alloc(0));
        const whole = result(heard.msgId, form === 'gzip inside' ? gzipped(content) : content);
        if (form === 'container' && content.length < 60_000) together.push(whole);
        else heard.from.send(form === 'gzip' ? gzipped(whole) : whole);
      }
      if (together.length > 0) due[0]?.from.container(together);
      const got = await Promise.all(calls.map(fileOf));
      for (const [nth, { msgId }] of due.entries())
        assert.ok(got[nth]?.equals(contents.get(msgId) ?? Buffer.alloc(0)));
    }),
    { numRuns: 40 },
  );
});

test('several parts in a large container share no memory', async () => {
  const due: Heard[] = [];
  serve((heard) => due.push(heard));
  const connection = scene.connect();
  const calls = [connection.request(download()), connection.request(download(PART_SIZE))];
  await until(() => due.length === 2);
  const contents = due.map(() => randomBytes(PART_SIZE - 1000));
  due[0]?.from.container(due.map(({ msgId }, nth) => result(msgId, file(contents[nth] ?? Buffer.alloc(0)))));
  const got = await Promise.all(calls.map(fileOf));
  assert.notEqual(got[0]?.buffer, got[1]?.buffer);
  for (const [nth, bytes] of got.entries()) assert.ok(bytes.equals(contents[nth] ?? Buffer.alloc(0)));
});

test('a wrong clock is corrected from the server in a new session, with the same requests', async () => {
  for (const code of [16, 17]) {
    scene.time.offsetMs = code === 16 ? -3_600_000 : 3_600_000;
    const sessions = new Set<bigint>();
    scene.server.onMessage = ({ from, msgId, kind, sessionId, request }) => {
      sessions.add(sessionId);
      const apart = Math.abs(Number(msgId >> 32n) - Date.now() / 1000);
      if (apart > 30) from.notify(badMessage(msgId, code));
      else if (kind === Tl.ping) from.notify(pong);
      else if (request) from.send(result(msgId, boolean(true)));
    };
    const connection = scene.connect();
    const calls = [0, 1, 2].map((index) => connection.request(upload(index)));
    for (const { answer } of calls) assert.deepEqual(await answer, { kind: 'bool', value: true });
    assert.ok(Math.abs(scene.time.offsetMs) < 2_000);
    assert.ok(sessions.size >= 2);
    connection.close(new Error('done'));
  }
});

test('a wrong seqno begins a new session; any other bad message is sent again with a new id, but not for ever', async () => {
  for (const code of [18, 19, 20, 32, 33, 34, 35, 64]) {
    let refuse = 2;
    const seen: Heard[] = [];
    serve((heard) => {
      seen.push(heard);
      if (refuse > 0) heard.from.notify(badMessage(heard.msgId, code));
      else heard.from.send(result(heard.msgId, boolean(true)));
      refuse -= 1;
    });
    const connection = scene.connect();
    assert.deepEqual(await connection.request(upload()).answer, { kind: 'bool', value: true });
    assert.equal(new Set(seen.map(({ msgId }) => msgId)).size, 3);
    assert.equal(new Set(seen.map(({ sessionId }) => sessionId)).size, code >= 32 && code < 64 ? 3 : 1);
    refuse = 1000;
    await assert.rejects(connection.request(upload()).answer, { errorMessage: 'CONNECTION_LOST' });
    assert.ok(connection.closed);
  }
});

test('after the server has lost the session, messages that it never saw are sent again', async () => {
  const due: Heard[] = [];
  serve((heard) => due.push(heard));
  const connection = scene.connect();
  const calls = [0, 1, 2].map((index) => connection.request(upload(index)));
  await until(() => due.length === 3);
  const [first, second, third] = due;
  assert.ok(first && second && third);
  first.from.send(newSession(third.msgId, 3n));
  await until(() => due.length === 5);
  for (const { from, msgId } of due.slice(2)) from.send(result(msgId, boolean(true)));
  await Promise.all(calls.map(({ answer }) => answer));
  const indices = due.map(({ request }) => (request as Api.upload.SaveBigFilePart).filePart);
  assert.deepEqual(indices.slice(3).sort(), indices.slice(0, 2).sort());
  assert.ok(due.slice(3).every(({ salt }) => salt === 3n));
});

test('announced answers are requested, states are reported, and wanted messages are sent again', async () => {
  const due: Heard[] = [];
  serve((heard) => due.push(heard));
  const connection = scene.connect();
  const call = connection.request(upload());
  await until(() => due.length === 1);
  const [heard] = due;
  assert.ok(heard);
  const { from, msgId } = heard;
  const answerId = from.nextId();
  from.notify(new TlWriter().uint(Tl.msg_detailed_info).long(msgId).long(answerId).uint(99).uint(0).finish());
  await until(() => scene.server.heard(Tl.msg_resend_req).length === 1);
  from.notify(new TlWriter().uint(Tl.msg_new_detailed_info).long(answerId).uint(99).uint(0).finish());
  await until(() => scene.server.heard(Tl.msg_resend_req).length === 2);
  assert.deepEqual(scene.server.heard(Tl.msg_resend_req).map(idsIn), [[answerId], [answerId]]);
  const asked = from.send(new TlWriter().uint(Tl.msgs_state_req).longs([answerId, 12345n]).finish());
  await until(() => scene.server.heard(Tl.msgs_state_info).length === 1);
  const info = new TlReader(scene.server.heard(Tl.msgs_state_info)[0]?.body ?? Buffer.alloc(0), 4);
  assert.equal(info.long(), asked);
  assert.deepEqual([...info.string()], [2, 2]);
  from.notify(new TlWriter().uint(Tl.msg_resend_req).longs([msgId]).finish());
  await until(() => due.length === 2);
  from.send(result(due[1]?.msgId ?? 0n, boolean(true)), { msgId: answerId });
  assert.deepEqual(await call.answer, { kind: 'bool', value: true });
  from.notify(new TlWriter().uint(Tl.msg_new_detailed_info).long(answerId).uint(99).uint(0).finish());
  await until(
    () =>
      scene.server
        .heard(Tl.msgs_ack)
        .flatMap(idsIn)
        .filter((id) => id === answerId).length === 2,
  );
});

test('every content message is acknowledged, several at a time; a repeat is acknowledged but not handled twice', async () => {
  const sent: bigint[] = [];
  serve(({ from, msgId }) => {
    const id = from.send(result(msgId, boolean(true)));
    sent.push(id, from.send(new TlWriter().uint(0xe317af7e).finish()));
    from.send(result(msgId, boolean(true)), { msgId: id });
  });
  const connection = scene.connect();
  await Promise.all(Array.from({ length: 20 }, (_, index) => connection.request(upload(index)).answer));
  const acknowledged = (): Set<bigint> => new Set(scene.server.heard(Tl.msgs_ack).flatMap(idsIn));
  await until(() => sent.every((id) => acknowledged().has(id)));
  assert.ok(scene.server.heard(Tl.msgs_ack).length < sent.length);
  assert.ok(scene.server.heard(Tl.msgs_ack).every(({ seqno }) => seqno % 2 === 0));
});
