import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { MIB } from '../../lib/base/bytes.js';
import { systemClock } from '../../lib/base/clock.js';
import { silentLog } from '../../lib/base/log.js';
import { seededRandom, systemRandom } from '../../lib/base/random.js';
import { Connection } from '../../lib/sandbox/wire/connection.js';
import { listen } from '../../lib/sandbox/wire/listener.js';
import { calmWeather } from '../support/calm-weather.js';

/** abridged: the transport's tag, then a packet of one word. */
const hello = Buffer.of(0xef, 1, 0, 0, 0, 0);

let client: Socket;
let socket: Socket;
let connection: Connection;
let packets = 0;
let onPacket = (): void => {};
const servers = createServer();

beforeEach(async () => {
  packets = 0;
  const accepted = new Promise<Socket>((resolve) => servers.once('connection', resolve));
  if (!servers.listening) await once(servers.listen(0, '127.0.0.1'), 'listening');
  const address = servers.address();
  client = connect({ host: '127.0.0.1', port: typeof address === 'object' && address ? address.port : 0 });
  socket = await accepted;
  connection = new Connection(socket, {
    id: 1,
    dcId: 1,
    clock: systemClock,
    random: systemRandom,
    weather: calmWeather,
    log: silentLog,
    onPacket: () => {
      packets += 1;
      onPacket();
    },
    onClose: () => {},
  });
});

afterEach(async () => {
  client.destroy();
  connection.drop();
  if (!socket.closed) await once(socket, 'close');
  servers.close();
});

test("the server stops reading from a client that doesn't read its answers", async () => {
  const greeted = new Promise<void>((resolve) => {
    onPacket = resolve;
  });
  client.write(hello);
  await greeted;
  const answer = Buffer.alloc(MIB);
  for (let i = 0; i < 16; i++) connection.send([answer]);
  assert.ok(socket.isPaused(), 'the server reads on with 16 MiB of answers waiting');
  const resumed = once(socket, 'resume');
  let received = 0;
  const all = new Promise<void>((resolve) => {
    client.on('data', (bytes) => {
      received += bytes.length;
      if (received === 16 * (MIB + 4)) resolve();
    });
  });
  await Promise.all([resumed, all]);
  const second = new Promise<void>((resolve) => {
    onPacket = resolve;
  });
  client.write(hello.subarray(1));
  await second;
  assert.equal(packets, 2);
});

test('end closes after everything was sent, and accepts nothing more', async () => {
  onPacket = () => {
    connection.send([Buffer.alloc(MIB, 1)]);
    connection.end();
    connection.send([Buffer.alloc(4, 2)]);
  };
  client.write(Buffer.concat([hello, hello.subarray(1)]));
  let received = 0;
  client.on('data', (bytes) => {
    received += bytes.length;
  });
  await once(client, 'end');
  assert.equal(received, MIB + 4);
  assert.equal(packets, 1);
});

test('a free port is found although others are taken; a requested port that is taken is an error', async () => {
  const onConnection = (): void => {};
  const open = (port?: number) =>
    listen({ host: '127.0.0.1', port, random: seededRandom('the same for both'), onConnection });
  const first = await open();
  const second = await open();
  try {
    const ports = [first, second].map((server) => (server.address() as { port: number }).port);
    assert.notEqual(ports[0], ports[1]);
    for (const port of ports) assert.ok(port >= 15_000 && port < 32_768);
    await assert.rejects(open(ports[0]), { code: 'LISTEN_FAILED', exitStatus: 1 });
  } finally {
    first.close();
    second.close();
  }
});
