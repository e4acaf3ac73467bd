import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Api } from 'telegram';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import type { Account } from '../../lib/sandbox/world/model.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import type { TelepiClient } from '../../lib/telegram/client.js';
import { toLong } from '../../lib/telegram/long.js';
import { clientOf } from '../support/client-of.js';
import { FakeClock } from '../support/fake-clock.js';
import { textsOf } from '../support/pushed-texts.js';
import { SilentRelay } from '../support/silent-relay.js';

const { signal } = new AbortController();
const PHONE = '99966210001';

/** A sandbox and a client that share a clock, and between them a wire that can be cut silently. */
async function scene(t: { after(done: () => unknown): void }) {
  const clock = new FakeClock({ epochMs: Date.now() });
  const sandbox = await startSandbox({ seed: 'slow-answers', clock });
  t.after(() => sandbox.close());
  const ann = sandbox.world.createUser({ phone: PHONE, code: '12345', firstName: 'Ann' });
  const wire = await SilentRelay.start(sandbox.server.port);
  t.after(() => wire.close());
  const client = await clientOf({ server: { ...sandbox.server, port: wire.port } }, ann, { clock });
  t.after(() => client.close());
  /**
   * Lets time pass until `done`, and in between lets everything on the wire arrive. Returns how many seconds passed.
   */
  const passUntil = async (done: () => boolean, mostSeconds: number): Promise<number> => {
    for (let second = 0; second <= mostSeconds; second += 1) {
      for (let turn = 0; turn < 60 && !done(); turn += 1) await new Promise((next) => setImmediate(next));
      if (done()) return second;
      await clock.advance(1_000);
    }
    return Number.POSITIVE_INFINITY;
  };
  return { clock, sandbox, ann, wire, client, passUntil };
}

function sendFile(client: TelepiClient, peer: Api.TypeInputPeer, fileId: bigint): Promise<Api.TypeUpdates> {
  const file = new Api.InputFile({ id: toLong(fileId), parts: 1, name: 'a.bin', md5Checksum: '' });
  const media = new Api.InputMediaUploadedDocument({
    file,
    mimeType: 'application/octet-stream',
    attributes: [],
    forceFile: true,
  });
  const request = new Api.messages.SendMedia({ peer, media, message: 'slow', randomId: toLong(fileId) });
  return client.callOnce(request, { signal, dcId: undefined });
}

for (const seconds of [40, 300]) {
  test(`a messages.sendMedia that takes ${seconds} s is waited for: one copy, no lost connection, and other calls overtake it`, async (t) => {
    const { sandbox, ann, wire, client, passUntil } = await scene(t);
    const group = sandbox.world.createChannel({ title: 'Group', creator: ann.id, megagroup: true });
    const { peer } = await resolveChat(client, { kind: 'id', id: group.id }, signal);
    const bytes = randomBytes(100);
    await client.parts.savePart({ fileId: 7n, index: 0, total: 1, bytes, big: false }, signal);
    const before = wire.accepted;
    const fate = { kind: 'late', ms: seconds * 1000 } as const;
    const late = sandbox.weather.script({ method: 'messages.SendMedia', fate });
    let answer: Api.TypeUpdates | undefined;
    let passed = 0;
    const sending = sendFile(client, peer, 7n).then((updates) => {
      answer = updates;
    });
    while (passed < seconds - 5) {
      await passUntil(() => false, 19);
      passed += 20;
      if (passed >= seconds) break;
      const nearest = await client.callOnce(new Api.help.GetNearestDc(), { signal, dcId: undefined });
      assert.ok(nearest instanceof Api.NearestDc);
      assert.equal(answer, undefined);
    }
    await passUntil(() => answer !== undefined, 30);
    await sending;
    assert.ok(late.done);
    assert.equal(wire.accepted, before, 'no connection was made anew');
    const copies = group.box?.messages.filter(({ text }) => text === 'slow') ?? [];
    assert.equal(copies.length, 1);
    assert.equal(sandbox.weather.report().requests['messages.SendMedia'], 1);
  });
}

test('a server that freezes during a call is noticed within 25 s, by a ping that it does not answer', async (t) => {
  const { wire, client, passUntil } = await scene(t);
  wire.cut({ later: true });
  let end = '';
  client.callOnce(new Api.help.GetNearestDc(), { signal, dcId: undefined }).catch((error: Error) => {
    end = error.message;
  });
  const seconds = await passUntil(() => end !== '', 60);
  assert.match(end, /TIMEOUT/);
  assert.ok(seconds >= 24 && seconds <= 28, `${seconds} s`);
});

test('a connection that is cut silently is replaced unasked while somebody listens, and pushes come again', async (t) => {
  const { clock, sandbox, ann, wire, client, passUntil } = await scene(t);
  const ben = sandbox.world.createUser({ phone: '99966210002', code: '12345', firstName: 'Ben' });
  const heard: string[] = [];
  const stop = client.pushes.listen((update) => heard.push(...textsOf(update)));
  const post = (to: Account, text: string): void => {
    sandbox.world.post({ chat: to.id, from: ben.id, text });
  };
  post(ann, 'one');
  await passUntil(() => heard.length === 1, 5);
  for (const text of ['two', 'three']) {
    const before = wire.accepted;
    wire.cut({ later: false });
    const seconds = await passUntil(() => wire.accepted > before, 120);
    assert.ok(seconds >= 20 && seconds <= 80, `noticed after ${seconds} s`);
    await client.callOnce(new Api.help.GetNearestDc(), { signal, dcId: undefined });
    post(ann, text);
    await passUntil(() => heard.at(-1) === text, 5);
  }
  assert.deepEqual(heard, ['one', 'two', 'three']);
  stop();
  wire.cut({ later: true });
  const { accepted } = wire;
  await passUntil(() => false, 200);
  assert.equal(wire.accepted, accepted, 'nobody listens, nobody calls');
  await client.close();
  assert.ok(clock.now() > 0);
});

test('a wire that is cut just after the client has signed in leaves no connection at the server', async (t) => {
  const { sandbox, wire, passUntil } = await scene(t);
  assert.equal(sandbox.report().connections.open, 1);
  wire.cut({ later: true });
  const seconds = await passUntil(() => sandbox.report().connections.open === 0, 120);
  assert.ok(seconds <= 76, `${seconds} s`);
});

for (const [what, everySeconds] of [
  ['calls are answered', 5],
  ['pushes come', 20],
] as const) {
  test(`a connection with ${what} every ${everySeconds} s stays open, because the server still gets its pings`, async (t) => {
    const { sandbox, ann, wire, client, passUntil } = await scene(t);
    const ben = sandbox.world.createUser({ phone: '99966210002', code: '12345', firstName: 'Ben' });
    const heard: string[] = [];
    client.pushes.listen((update) => heard.push(...textsOf(update)));
    const before = wire.accepted;
    const times = Math.ceil(240 / everySeconds);
    for (let time = 1; time <= times; time += 1) {
      if (everySeconds === 5) await client.callOnce(new Api.help.GetNearestDc(), { signal, dcId: undefined });
      else sandbox.world.post({ chat: ann.id, from: ben.id, text: String(time) });
      await passUntil(() => false, everySeconds - 1);
    }
    assert.equal(wire.accepted, before, 'no connection was made anew');
    if (everySeconds === 20) assert.equal(heard.length, times);
  });
}

test('a call that only reads is given up after a minute, because it may be repeated', async (t) => {
  const { sandbox, client, passUntil } = await scene(t);
  sandbox.weather.script({ method: 'help.GetNearestDc', fate: { kind: 'late', ms: 900_000 } });
  let end = '';
  client.callOnce(new Api.help.GetNearestDc(), { signal, dcId: undefined }).catch((error: Error) => {
    end = error.message;
  });
  const seconds = await passUntil(() => end !== '', 120);
  assert.match(end, /TIMEOUT/);
  assert.ok(seconds >= 59 && seconds <= 63, `${seconds} s`);
});
