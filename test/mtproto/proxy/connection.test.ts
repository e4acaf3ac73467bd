import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { PART_SIZE } from '../../../lib/base/bytes.js';
import type { ProxyAddress } from '../../../lib/base/proxy-address.js';
import { TransportError } from '../../../lib/mtproto/envelope.js';
import { ProxyError } from '../../../lib/mtproto/proxy/errors.js';
import { NoAnswerError } from '../../../lib/refusals/telegram-error.js';
import { Tl } from '../../../lib/sandbox/mtproto/constructors.js';
import { TlWriter } from '../../../lib/sandbox/mtproto/tl-bytes.js';
import { FakeClock } from '../../support/fake-clock.js';
import { MtProxyRelay } from '../../support/mtproxy-relay.js';
import { download, PartScene, until, upload } from '../../support/part-scene.js';
import { boolean, file, result } from '../../support/part-server.js';

const secret = randomBytes(16);
const pong = new TlWriter().uint(Tl.pong).long(1n).long(1n).finish();
let scene: PartScene;
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  scene = await PartScene.start();
});

afterEach(async () => {
  await scene.close();
  for (const end of ends.splice(0)) await end();
});

/** A listener in place of a proxy, which does what `serve` says. */
async function listener(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address);
  return address.port;
}

const proxyAt = (
  kind: ProxyAddress['kind'],
  port: number,
  cover: 'none' | 'padding' | 'tls' = 'none',
): ProxyAddress =>
  kind === 'mtproxy'
    ? { kind, host: '127.0.0.1', port, secret, cover, domain: 'www.example.org' }
    : { kind, host: '127.0.0.1', port };

/** The reason why a connection through this proxy closed, which rejects its request as any lost connection does. */
async function faultThrough(
  proxy: ProxyAddress,
  from: PartScene = scene,
  during?: () => Promise<void>,
): Promise<Error> {
  const reasons: Error[] = [];
  const connection = from.connect({ onClose: (reason) => reasons.push(reason) }, 'close', proxy);
  const refused = assert.rejects(connection.request(upload()).answer, NoAnswerError);
  await during?.();
  await refused;
  return reasons[0] ?? assert.fail('it has not closed');
}

function codeOf(error: Error): string {
  assert.ok(error instanceof ProxyError, String(error));
  assert.match(error.message, /^The [^\n]+: [^\n]+\.$/);
  return error.code;
}

for (const cover of ['none', 'padding', 'tls'] as const) {
  test(`parts go up and down through an MTProxy with cover ${cover} unchanged`, async () => {
    const relay = await MtProxyRelay.start(secret, scene.server.port);
    ends.push(() => relay.close());
    const parts = Array.from({ length: 12 }, () => randomBytes(PART_SIZE));
    const taken: Buffer[] = [];
    scene.server.onMessage = ({ from, msgId, kind, request }) => {
      if (kind === Tl.ping) return void from.notify(pong);
      if (request?.className === 'upload.GetFile') {
        const { offset } = request as unknown as { offset: { toJSNumber(): number } };
        from.send(result(msgId, file(parts[offset.toJSNumber() / PART_SIZE] ?? Buffer.alloc(0))));
      } else if (request) {
        const { filePart, bytes } = request as unknown as { filePart: number; bytes: Buffer };
        taken[filePart] = Buffer.from(bytes);
        from.send(result(msgId, boolean(true)));
      }
    };
    const connection = scene.connect({}, 'close', proxyAt('mtproxy', relay.port, cover));
    const up = parts.map((bytes, index) => connection.request(upload(index, bytes)));
    const down = parts.map((_, index) => connection.request(download(index * PART_SIZE)));
    for (const { answer } of up) assert.deepEqual(await answer, { kind: 'bool', value: true });
    for (const [index, { answer }] of down.entries()) {
      const got = await answer;
      assert.ok(got.kind === 'file' && got.bytes.equals(parts[index] ?? Buffer.alloc(0)), `part ${index}`);
    }
    assert.ok(taken.every((bytes, index) => bytes.equals(parts[index] ?? Buffer.alloc(0))));
    assert.equal(taken.length, parts.length);
    const [end] = scene.server.ends;
    end?.sendPacket(Buffer.from('6cfeffff', 'hex'));
    await until(() => connection.closed);
    assert.ok(
      scene.closed[0] instanceof TransportError && scene.closed[0].code === -404,
      String(scene.closed[0]),
    );
  });
}

test('if nothing listens, every kind of proxy gives PROXY_UNREACHABLE', async () => {
  const port = await listener(() => {});
  for (const end of ends.splice(0)) await end();
  for (const kind of ['socks5', 'http', 'mtproxy'] as const) {
    const fault = await faultThrough(proxyAt(kind, port));
    assert.equal(codeOf(fault), 'PROXY_UNREACHABLE');
    assert.match(fault.message, /can't be reached \(nothing listens there\): check TG_PROXY/);
  }
});

test('a proxy that closes the connection at once is not a SOCKS5 or HTTP proxy; an MTProxy may not know the secret', async () => {
  for (const close of [(socket: Socket) => socket.end(), (socket: Socket) => socket.resetAndDestroy()]) {
    const port = await listener((socket) => void socket.once('data', () => close(socket)));
    assert.equal(codeOf(await faultThrough(proxyAt('socks5', port))), 'PROXY_KIND');
    assert.equal(codeOf(await faultThrough(proxyAt('http', port))), 'PROXY_KIND');
    for (const cover of ['none', 'padding', 'tls'] as const) {
      const fault = await faultThrough(proxyAt('mtproxy', port, cover));
      assert.equal(codeOf(fault), 'PROXY_REFUSED');
      assert.match(fault.message, /check the secret in TG_PROXY/);
    }
  }
});

test('a proxy that answers in another protocol gives PROXY_KIND', async () => {
  const port = await listener((socket) => {
    socket.once('data', () => socket.write('\x00\x00 220 mail.example.org ESMTP\r\n'));
  });
  for (const kind of ['socks5', 'http'] as const) {
    assert.equal(codeOf(await faultThrough(proxyAt(kind, port))), 'PROXY_KIND');
  }
  assert.equal(codeOf(await faultThrough(proxyAt('mtproxy', port, 'tls'))), 'PROXY_KIND');
});

test('every kind of proxy that stays silent gives PROXY_SILENT when its time is over', async () => {
  const clock = new FakeClock({ epochMs: Date.now() });
  const mute = await PartScene.start(clock);
  ends.push(() => mute.close());
  let connections = 0;
  const port = await listener((socket) =>
    socket.once('data', () => {
      connections += 1;
    }),
  );
  // A plain MTProxy sends nothing before the server does, so its time is the connection's.
  const proxies = [
    [proxyAt('socks5', port), 10],
    [proxyAt('http', port), 10],
    [proxyAt('mtproxy', port, 'none'), 15],
    [proxyAt('mtproxy', port, 'padding'), 15],
    [proxyAt('mtproxy', port, 'tls'), 10],
  ] as const;
  for (const [index, [proxy, limit]] of proxies.entries()) {
    const fault = await faultThrough(proxy, mute, async () => {
      await until(() => connections === index + 1);
      for (let seconds = 0; seconds < limit; seconds += 1) {
        assert.equal(mute.closed.length, index, `after ${seconds} s`);
        await clock.advance(1_000);
      }
    });
    assert.equal(codeOf(fault), 'PROXY_SILENT');
    assert.match(fault.message, /does not answer: check/);
  }
});

test('an MTProxy is silent at a wrong secret, and closes the connection when the server behind it is gone', async () => {
  const clock = new FakeClock({ epochMs: Date.now() });
  const mute = await PartScene.start(clock);
  ends.push(() => mute.close());
  const relay = await MtProxyRelay.start(randomBytes(16), mute.server.port);
  ends.push(() => relay.close());
  const fault = await faultThrough(proxyAt('mtproxy', relay.port, 'tls'), mute, async () => {
    for (let seconds = 0; seconds < 16; seconds += 1) await clock.advance(1_000);
  });
  assert.equal(codeOf(fault), 'PROXY_SILENT');
  const gone = await MtProxyRelay.start(secret, 1);
  ends.push(() => gone.close());
  assert.equal(codeOf(await faultThrough(proxyAt('mtproxy', gone.port, 'padding'))), 'PROXY_REFUSED');
});

test('once the server has answered, a lost connection is not blamed on the proxy', async () => {
  const relay = await MtProxyRelay.start(secret, scene.server.port);
  ends.push(() => relay.close());
  scene.server.onMessage = ({ from, kind }) => {
    if (kind === Tl.ping) from.notify(pong);
    else from.socket.end();
  };
  const fault = await faultThrough(proxyAt('mtproxy', relay.port, 'tls'));
  assert.ok(!(fault instanceof ProxyError), String(fault));
});
