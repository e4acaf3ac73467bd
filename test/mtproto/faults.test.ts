import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { KIB, MIB, PART_SIZE } from '../../lib/base/bytes.js';
import { TransportError } from '../../lib/mtproto/envelope.js';
import { Tl } from '../../lib/sandbox/mtproto/constructors.js';
import { TlWriter } from '../../lib/sandbox/mtproto/tl-bytes.js';
import { FakeClock } from '../support/fake-clock.js';
import { download, PartScene, until, upload } from '../support/part-scene.js';
import { badSalt, boolean, file, type Heard, result, type ServerEnd } from '../support/part-server.js';

let scene: PartScene;

beforeEach(async () => {
  scene = await PartScene.start();
});

afterEach(() => scene.close());

const pong = new TlWriter().uint(Tl.pong).long(1n).long(1n).finish();
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
};

/**
 * Things that a server may do instead of answering; after each, the connection is closed and its requests have failed.
 */
const FAULTS: Readonly<Record<string, (end: ServerEnd, requestId: bigint) => void>> = {
  'closes the connection': (end) => end.socket.end(),
  'resets the connection': (end) => end.socket.resetAndDestroy(),
  'sends a message whose msg_key is wrong': (end, id) => {
    end.send(result(id, boolean(true)), {
      twist: (packet) => {
        packet.writeUInt8(packet.readUInt8(9) ^ 1, 9);
        return packet;
      },
    });
  },
  'sends a message with a changed byte': (end, id) => {
    end.send(result(id, file(randomBytes(PART_SIZE))), {
      twist: (packet) => {
        packet.writeUInt8(packet.readUInt8(300_000) ^ 1, 300_000);
        return packet;
      },
    });
  },
  'names another key': (end, id) => void end.send(result(id, boolean(true)), { keyId: 1n }),
  'uses another key': (end, id) => void end.send(result(id, boolean(true)), { key: randomBytes(256) }),
  'names another session': (end, id) => void end.send(result(id, boolean(true)), { sessionId: 1n }),
  'sends a message id of a client': (end, id) => {
    end.send(result(id, boolean(true)), { msgId: end.nextId() & ~3n });
  },
  'sends garbage': (end) => void end.socket.write(Buffer.concat([Buffer.of(0x7f), randomBytes(2 * MIB)])),
  'sends a frame that is too large': (end) => void end.socket.write(Buffer.of(0x7f, 0xff, 0xff, 0x7f)),
  'sends a quick acknowledgement': (end) => void end.socket.write(Buffer.of(0x81, 2, 3, 4)),
  'sends an empty frame': (end) => void end.socket.write(Buffer.of(0)),
  'sends a packet of a length that none has': (end) => end.sendPacket(randomBytes(60)),
  'sends a container that is cut short': (end, id) => {
    const inner = new TlWriter()
      .long(end.nextId())
      .uint(1)
      .uint(4000)
      .raw(result(id, boolean(true)));
    end.notify(new TlWriter().uint(Tl.msg_container).uint(1).raw(inner.finish()).finish());
  },
  'sends a container in a container': (end) => {
    end.container([new TlWriter().uint(Tl.msg_container).uint(0).finish()]);
  },
  'sends invalid gzip': (end, id) => {
    end.send(result(id, new TlWriter().uint(Tl.gzip_packed).string(randomBytes(50)).finish()));
  },
  'answers with something other than an answer': (end, id) => {
    end.send(result(id, new TlWriter().uint(0x12345678).finish()));
  },
  'sends a file that is cut short': (end, id) => {
    const whole = file(randomBytes(1000));
    end.send(result(id, whole.subarray(0, 500)));
  },
  'says -404': (end) => end.sendPacket(int32(-404)),
  'says -429': (end) => end.sendPacket(int32(-429)),
};

for (const [what, fault] of Object.entries(FAULTS)) {
  test(`a server that ${what} gives CONNECTION_LOST, and nothing is left`, async () => {
    scene.server.onMessage = ({ from, kind, msgId, request }) => {
      if (kind === Tl.ping) from.notify(pong);
      if (request) fault(from, msgId);
    };
    const connection = scene.connect();
    const calls = [connection.request(download()), connection.request(upload())];
    for (const { answer } of calls) await assert.rejects(answer, { errorMessage: 'CONNECTION_LOST' });
    assert.deepEqual([connection.closed, connection.outstanding, scene.closed.length], [true, 0, 1]);
    const [reason] = scene.closed;
    const code = Number(/^says (.*)/.exec(what)?.[1] ?? 0);
    assert.equal(reason instanceof TransportError ? reason.code : 0, code);
    await assert.rejects(connection.request(download()).answer, { errorMessage: 'CONNECTION_LOST' });
  });
}

test('an address without a server is an error', async () => {
  await scene.server.close();
  const connection = scene.connect();
  await assert.rejects(connection.request(download()).answer, { errorMessage: 'CONNECTION_LOST' });
  scene = await PartScene.start();
});

test('bytes may come in pieces of any length: the answers are the same', async () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 40 * KIB }), { minLength: 1, maxLength: 20 });
  const sizes = fc.array(fc.constantFrom(0, 100, 3_000, 17 * KIB, 200 * KIB, PART_SIZE), {
    minLength: 1,
    maxLength: 5,
  });
  let due: Heard[] = [];
  scene.server.onMessage = (heard) => {
    if (heard.kind === Tl.ping) heard.from.notify(pong);
    if (heard.request) due.push(heard);
  };
  const connection = scene.connect();
  await until(() => scene.proven === 1);
  await fc.assert(
    fc.asyncProperty(cuts, sizes, async (lengths, wanted) => {
      due = [];
      const calls = wanted.map((_, index) => connection.request(download(index * PART_SIZE)));
      await until(() => due.length === wanted.length);
      const contents = wanted.map((size) => randomBytes(size));
      const written: Buffer[] = [];
      const socket = due[0]?.from.socket ?? assert.fail();
      const write = socket.write.bind(socket);
      socket.write = (bytes: Uint8Array | string) => written.push(Buffer.from(bytes)) > 0;
      for (const [nth, { from, msgId }] of due.entries()) {
        from.send(result(msgId, file(contents[nth] ?? Buffer.alloc(0))));
      }
      socket.write = write;
      const stream = Buffer.concat(written);
      for (let at = 0, nth = 0; at < stream.length; nth += 1) {
        const length = lengths[nth % lengths.length] ?? 1;
        write(stream.subarray(at, at + length));
        at += length;
        await new Promise((resolve) => setImmediate(resolve));
      }
      for (const [nth, { answer }] of calls.entries()) {
        const got = await answer;
        assert.ok(got.kind === 'file' && got.bytes.equals(contents[nth] ?? Buffer.alloc(0)));
      }
    }),
    { numRuns: 12 },
  );
});

test('an answer that nobody waits for any more is dropped, and its memory used again', async () => {
  const due: Heard[] = [];
  scene.server.onMessage = (heard) => {
    if (heard.kind === Tl.ping) heard.from.notify(pong);
    if (heard.request) due.push(heard);
  };
  const connection = scene.connect();
  const [one, other] = [connection.request(download()), connection.request(download(PART_SIZE))];
  await until(() => due.length === 2);
  one.cancel();
  assert.equal(connection.outstanding, 1);
  const bytes = randomBytes(PART_SIZE);
  for (const { from, msgId } of due) from.send(result(msgId, file(bytes)));
  const answer = await other.answer;
  assert.ok(answer.kind === 'file' && answer.bytes.equals(bytes));
  const free = scene.buffers.take(PART_SIZE);
  assert.notEqual(free.buffer, answer.bytes.buffer);
  const [part] = scene.buffers.parts(answer.bytes);
  part?.release();
  part?.release();
  const again = [scene.buffers.take(PART_SIZE), scene.buffers.take(PART_SIZE)];
  assert.equal(again.filter(({ buffer }) => buffer === answer.bytes.buffer).length, 1);
});

test('silence brings a ping after 10 s and TIMEOUT after 25 s; a pong, a slow part or no request at all is not silence', async () => {
  const clock = new FakeClock({ epochMs: Date.now() });
  const mute = await PartScene.start(clock);
  let pongs = 0;
  mute.server.onMessage = ({ from, kind }) => {
    if (kind !== Tl.ping) return;
    if (pongs > 0) from.notify(pong);
    pongs -= 1;
  };
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      await clock.advance(1_000);
      for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  try {
    const unproven = mute.connect();
    const never = assert.rejects(unproven.request(download()).answer, { errorMessage: 'TIMEOUT' });
    await pass(16);
    await never;
    pongs = 3;
    const connection = mute.connect();
    await until(() => mute.proven === 1);
    await pass(20);
    assert.ok(!connection.closed, 'nothing is due');
    let end = '';
    connection.request(download()).answer.catch((error: Error & { errorMessage?: string }) => {
      end = String(error.errorMessage);
    });
    await pass(30);
    assert.equal(end, '', 'the pongs are signs of life');
    await pass(40);
    assert.equal(end, 'TIMEOUT');
    pongs = 1;
    const idle = mute.connect();
    await until(() => mute.proven === 2);
    await pass(31);
    assert.ok(idle.closed, 'thirty seconds with nothing to do');
    assert.equal(clock.sleeping, 0);
  } finally {
    await mute.close();
  }
});

test('closing the client closes the connection and fails the requests under way; nothing is left', async () => {
  const connection = scene.connect();
  const call = connection.request(download());
  scene.closing.abort();
  await assert.rejects(call.answer, { errorMessage: 'CONNECTION_LOST' });
  assert.ok(connection.closed);
});

test('a call that may not go any more when its turn comes is not written: the connection closes, and it fails as lost', async () => {
  scene.salts.correct(5n);
  let mayGo = true;
  const pings: Heard[] = [];
  scene.server.onMessage = (heard) => {
    if (heard.kind === Tl.ping) pings.push(heard);
  };
  const connection = scene.connect();
  const other = connection.request(download());
  const late = connection.request({ ...upload(), kind: 'call', mayGo: () => mayGo });
  await until(() => scene.server.requests().length === 1);
  mayGo = false;
  pings[0]?.from.notify(pong);
  await assert.rejects(late.answer, { code: 'CONNECTION_LOST' });
  await assert.rejects(other.answer, { code: 'CONNECTION_LOST' });
  assert.equal(scene.server.requests().length, 1);
  assert.match(String(scene.closed[0]), /upload\.saveBigFilePart may not go any more/);
});

test('nor is it repeated when the server has not accepted it', async () => {
  let asked = 0;
  scene.server.onMessage = ({ from, kind, msgId, request }) => {
    if (kind === Tl.ping) from.notify(pong);
    else if (request) from.notify(badSalt(msgId, 77n));
  };
  scene.salts.correct(5n);
  const connection = scene.connect();
  const mayGo = (): boolean => {
    asked += 1;
    return asked === 1;
  };
  const call = connection.request({ ...upload(), kind: 'call', mayGo });
  await assert.rejects(call.answer, { code: 'CONNECTION_LOST' });
  assert.equal(scene.server.requests().length, 1);
});

test('a call that is given up after its time takes its connection along; one that is given up before does not', async () => {
  let mayGo = true;
  scene.server.onMessage = ({ from, kind }) => {
    if (kind === Tl.ping) from.notify(pong);
  };
  const connection = scene.connect();
  scene.salts.correct(5n);
  const [early, late] = [0, 1].map((index) =>
    connection.request({ ...upload(index), kind: 'call', mayGo: () => mayGo }),
  );
  await until(() => scene.server.requests().length === 2);
  early?.cancel();
  assert.equal(connection.closed, false);
  mayGo = false;
  late?.cancel();
  assert.equal(connection.closed, true);
  assert.match(String(scene.closed[0]), /may not go any more/);
});
