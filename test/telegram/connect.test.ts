import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { Api } from 'telegram';
import { _serverKeys } from 'telegram/crypto/RSA.js';
import { FailedError, NotSignedInError, UsageError } from '../../lib/base/errors.js';
import type { LogFields } from '../../lib/base/log.js';
import type { Silence } from '../../lib/pace/silence.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import { serverKeyOf } from '../../lib/telegram/server-key.js';
import { encodeSession } from '../../lib/telegram/session-string.js';
import { currentUser, signOut } from '../../lib/telegram/sign-in.js';
import { clientOf, connectedClient, memorySessionStore } from '../support/client-of.js';
import { FakeClock } from '../support/fake-clock.js';
import { startSmallServer } from '../support/small-server.js';

const sandbox = await startSandbox({ seed: 'connect' });
after(() => sandbox.close());
const ann = sandbox.world.createUser({ phone: '99966210001', code: '12345', firstName: 'Ann' });
const { signal } = new AbortController();

test('a session outlives its client, and ends with signing out', async () => {
  const store = memorySessionStore();
  const first = await clientOf(sandbox, ann, { session: store });
  assert.equal((await currentUser(first, signal)).firstName, 'Ann');
  await first.close();

  const second = await connectedClient(sandbox, { session: store });
  assert.equal(Number((await currentUser(second, signal)).id), ann.id);
  await signOut(second, signal);
  await assert.rejects(currentUser(second, signal), NotSignedInError);
  await second.close();
  assert.equal(store.text, undefined);
});

test('a client without a session gets the error that a login is needed', async () => {
  const client = await connectedClient(sandbox);
  await assert.rejects(currentUser(client, signal), (error) => {
    return error instanceof NotSignedInError && /telepi login/.test(error.message);
  });
  await client.close();
});

test('a session that the server does not know leads to a login, not to a loop', async () => {
  const { host, port, dcId } = sandbox.server;
  const text = encodeSession({ dcId, host, port, authKey: Buffer.alloc(256, 7) });
  const client = await connectedClient(sandbox, { session: memorySessionStore(text) });
  await assert.rejects(currentUser(client, signal), NotSignedInError);
  await client.close();
});

test("a key of another server, and a session of Telegram's own, are refused with a sentence", async () => {
  const other = await startSmallServer();
  const server = { ...sandbox.server, publicKeyPem: other.publicKeyPem };
  await other.close();
  _serverKeys.delete(String(serverKeyOf(sandbox.server.publicKeyPem).fingerprint));
  await assert.rejects(connectedClient({ server }), (error) => {
    return error instanceof FailedError && error.code === 'SERVER_KEY' && /TG_SERVER_KEY/.test(error.message);
  });
  const authKey = Buffer.alloc(256, 7);
  const text = encodeSession({ dcId: 4, host: '149.154.167.91', port: 443, authKey });
  await assert.rejects(connectedClient(sandbox, { session: memorySessionStore(text) }), (error) => {
    return error instanceof UsageError && error.code === 'SESSION_OF_ANOTHER_SERVER';
  });
});

test('an address without a server ends in one sentence after a few attempts', async () => {
  const attempts: LogFields[] = [];
  const log = {
    debug() {},
    info() {},
    error() {},
    warn: (_: string, fields = {}) => void attempts.push(fields),
  };
  const free = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => free.once('listening', resolve));
  const address = free.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await new Promise((resolve) => free.close(resolve));
  await assert.rejects(connectedClient({ server: { ...sandbox.server, port } }, { log }), (error) => {
    assert.ok(error instanceof FailedError);
    assert.equal(error.code, 'CANNOT_CONNECT');
    assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${port} .*ECONNREFUSED.*TG_SERVER`));
    return true;
  });
  assert.equal(attempts.filter(({ attempt }) => attempt !== undefined).length, 3);
});

test('a server that never answers is given up, and an abort ends the attempt at once', async () => {
  const sockets = new Set<Socket>();
  const mute = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
  await new Promise((resolve) => mute.once('listening', resolve));
  const address = mute.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const server = { ...sandbox.server, port };

  const stop = new AbortController();
  const connecting = connectedClient({ server }, { signal: stop.signal });
  await new Promise((resolve) => mute.once('connection', resolve));
  stop.abort(new Error('enough'));
  await assert.rejects(connecting, /enough/);

  const clock = new FakeClock();
  let settled = false;
  const silences: Silence[] = [];
  const began = clock.now();
  const onSilence = (silence: Silence): void => void silences.push(silence);
  const waiting = connectedClient({ server }, { clock, onSilence }).finally(() => {
    settled = true;
  });
  waiting.catch(() => {});
  await clock.advance(4_900);
  assert.deepEqual(silences, []);
  await clock.advance(200);
  assert.deepEqual(silences, [{ method: undefined, since: began }], 'said after five seconds');
  while (!settled) await clock.advance(1_000);
  await assert.rejects(waiting, (error) => {
    assert.ok(error instanceof FailedError && error.code === 'CANNOT_CONNECT');
    assert.match(
      error.message,
      /^Can't connect to [^()]+ \(TIMEOUT, no answer in 3 attempts\): check [^()]+\.$/,
    );
    return true;
  });
  assert.equal(silences.length, 1, 'and once');
  assert.equal(clock.sleeping, 0);
  assert.ok(clock.monotonic() >= 45_000, 'each attempt had its time');
  for (const socket of sockets) socket.destroy();
  mute.close();
});

test('a server that refuses help.getConfig, and knows little else, is good enough', async () => {
  const server = await startSmallServer({
    'help.GetConfig': () => {
      throw new RpcError(400, 'METHOD_INVALID');
    },
  });
  const [dc] = server.dcs;
  assert.ok(dc);
  const address = { host: dc.host, port: dc.port, dcId: dc.id, publicKeyPem: server.spkiPem };
  const client = await connectedClient({ server: address });
  const nearest = await client.call(new Api.help.GetNearestDc(), { signal });
  assert.equal(nearest.thisDc, dc.id);
  await assert.rejects(client.addressOf(5), { code: 'UNKNOWN_DC' });
  await client.close();
  await server.close();
});

test('the home DC keeps the given address, whatever the configuration says; the host may be a name', async () => {
  const server = { ...sandbox.server, host: 'localhost' };
  const client = await connectedClient({ server });
  assert.deepEqual(await client.addressOf(server.dcId), {
    id: server.dcId,
    ipAddress: 'localhost',
    port: server.port,
  });
  const other = sandbox.dcs.find(({ id }) => id !== server.dcId);
  assert.equal((await client.addressOf(other?.id ?? 0)).port, other?.port);
  await client.close();
});

test('closing leaves no handle and no timer, also while connecting to another DC', async () => {
  const before = process.getActiveResourcesInfo().filter((kind) => /TCPSocket|Timeout/.test(kind)).length;
  const client = await clientOf(sandbox, ann);
  const file = sandbox.files.add({ kind: 'document', size: 10, mimeType: 'x/y', attributes: [], dcId: 2 });
  const stop = new AbortController();
  const reading = client
    .iterDownload(
      new Api.InputDocumentFileLocation({
        id: file.id as never,
        accessHash: file.accessHash as never,
        fileReference: Buffer.alloc(0),
        thumbSize: '',
      }),
      { dcId: 2, signal: stop.signal },
    )
    .next();
  reading.catch(() => {});
  await client.close();
  await client.close();
  stop.abort();
  await assert.rejects(reading);
  await assert.rejects(client.call(new Api.help.GetNearestDc(), { signal }), { code: 'CLOSED' });
  await new Promise((resolve) => setImmediate(resolve));
  const left = process.getActiveResourcesInfo().filter((kind) => /TCPSocket|Timeout/.test(kind)).length;
  assert.ok(left <= before + 1, `${left} handles after closing, ${before} before`);
});

test('a lost connection is restored, and the call repeated', async () => {
  const client = await clientOf(sandbox, ann);
  for (const kind of ['drop-before', 'drop-after', 'reset'] as const) {
    const fault = sandbox.weather.script({ method: 'users.GetUsers', fate: { kind } });
    assert.equal(Number((await currentUser(client, signal)).id), ann.id);
    assert.ok(fault.done);
  }
  await client.close();
});

test('calls that are made while a client connects go out before its first answer has come', async () => {
  const store = memorySessionStore();
  await (await clientOf(sandbox, ann, { session: store })).close();
  // Answered late, so that a call that waited for it would never be answered before the client is connected.
  sandbox.weather.script({ method: 'help.GetConfig', nth: 1, fate: { kind: 'late', ms: 700 } });
  const order: string[] = [];
  let early: Promise<unknown> | undefined;
  const client = await connectedClient(sandbox, {
    session: store,
    onConnecting(connecting) {
      early = connecting.self.get(signal).then((user) => order.push(user?.firstName ?? 'nobody'));
    },
  });
  order.push('connected');
  await early;
  assert.deepEqual(order, ['Ann', 'connected']);
  await client.close();
});

test('calls that are made while a client connects are repeated under the new key, when the server does not know the old', async () => {
  const { host, port, dcId } = sandbox.server;
  const text = encodeSession({ dcId, host, port, authKey: Buffer.alloc(256, 9) });
  let early: Promise<unknown> | undefined;
  const client = await connectedClient(sandbox, {
    session: memorySessionStore(text),
    onConnecting(connecting) {
      early = connecting.call(new Api.help.GetNearestDc(), { signal });
      early.catch(() => {});
    },
  });
  assert.ok((await early) instanceof Api.NearestDc);
  await client.close();
});

test('a call that is sent to another DC while the client connects moves there once the connection is open', async () => {
  // A server with no address for DC 2 but the one in its list, which this answer delays.
  sandbox.weather.script({ method: 'help.GetConfig', nth: 1, fate: { kind: 'late', ms: 300 } });
  const moved = { kind: 'refuse', error: new RpcError(303, 'USER_MIGRATE_2') } as const;
  sandbox.weather.script({ method: 'help.GetNearestDc', nth: 1, fate: moved });
  let early: Promise<Api.TypeNearestDc> | undefined;
  const client = await connectedClient(sandbox, {
    onConnecting(connecting) {
      early = connecting.call(new Api.help.GetNearestDc(), { signal });
      early.catch(() => {});
    },
  });
  assert.equal((await early)?.thisDc, 2);
  assert.equal(client.homeDcId, 2);
  await client.close();
});

test('without a server, calls that are made while a client connects fail at once, and no wait is reported for them', async () => {
  const clock = new FakeClock();
  const waits: unknown[] = [];
  const early: Promise<unknown>[] = [];
  const connecting = connectedClient(
    { server: { ...sandbox.server, port: 9 } },
    {
      clock,
      onWait: (wait) => waits.push(wait),
      onConnecting(client) {
        const call = client.call(new Api.help.GetNearestDc(), { signal });
        call.catch(() => {});
        early.push(call);
      },
    },
  );
  connecting.catch(() => {});
  const ended = connecting.then(
    () => true,
    () => true,
  );
  while (!(await Promise.race([ended, new Promise((next) => setImmediate(() => next(false)))]))) {
    await clock.advance(100);
  }
  await assert.rejects(connecting, { code: 'CANNOT_CONNECT' });
  assert.equal(early.length, 3, 'one for each attempt');
  for (const call of early) await assert.rejects(call, { code: 'NOT_CONNECTED' });
  assert.deepEqual(waits, []);
});

test('a silent server is reported once, however many calls are made while a client connects', async () => {
  const sockets: Socket[] = [];
  const mute = createServer((socket) => sockets.push(socket));
  await new Promise<void>((listening) => mute.listen(0, '127.0.0.1', listening));
  const { port } = mute.address() as { port: number };
  const clock = new FakeClock();
  const silences: Silence[] = [];
  let settled = false;
  const connecting = connectedClient(
    { server: { ...sandbox.server, port } },
    {
      clock,
      onSilence: (silence) => void silences.push(silence),
      onConnecting(client) {
        for (const call of [new Api.help.GetNearestDc(), new Api.help.GetAppConfig({ hash: 0 })])
          client.call(call, { signal }).catch(() => {});
      },
    },
  ).finally(() => {
    settled = true;
  });
  connecting.catch(() => {});
  while (!settled) await clock.advance(1_000);
  await assert.rejects(connecting, { code: 'CANNOT_CONNECT' });
  assert.deepEqual(
    silences.map(({ method }) => method),
    [undefined],
  );
  for (const socket of sockets) socket.destroy();
  mute.close();
});
