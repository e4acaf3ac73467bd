import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Tl } from '../../lib/sandbox/mtproto/constructors.js';
import { TlWriter } from '../../lib/sandbox/mtproto/tl-bytes.js';
import type { SandboxServer } from '../../lib/sandbox/server.js';
import type { RawClient, Sent } from '../support/raw-client.js';
import { RawClients } from '../support/raw-clients.js';
import type { RawKey } from '../support/raw-exchange.js';
import { startSmallServer } from '../support/small-server.js';

const ping = (id = 7n): Buffer => new TlWriter().uint(Tl.ping).long(id).finish();

describe('the rules of encrypted messages', () => {
  let server: SandboxServer;
  let key: RawKey;
  let client: RawClient;
  const clients = new RawClients();

  before(async () => {
    server = await startSmallServer();
    key = (await clients.connect(server)).key;
    await clients.close();
  });
  after(() => server.close());

  /** A new session, or the given one, over a connection of its own. */
  const connect = (sessionId?: bigint): Promise<RawClient> =>
    clients.connect(server, sessionId === undefined ? { key } : { key, sessionId });

  /** Runs with a fresh session and closes all connections it made. */
  function withClient(name: string, run: () => Promise<void>): void {
    test(name, async () => {
      client = await connect();
      try {
        await run();
      } finally {
        await clients.close();
      }
    });
  }

  async function badMsg(): Promise<{ msgId: bigint; seqno: number; code: number }> {
    const reader = await client.expect(Tl.bad_msg_notification);
    return { msgId: reader.long(), seqno: reader.int(), code: reader.int() };
  }

  async function assertRefused(code: number, sent: Sent, body = ping()): Promise<void> {
    const msgId = client.send(body, sent);
    assert.deepEqual(await badMsg(), { msgId, seqno: sent.seqno ?? 0, code });
  }

  async function assertPong(msgId: bigint): Promise<void> {
    assert.equal((await client.expect(Tl.pong)).long(), msgId);
  }

  withClient('a new session is announced with its first message and the salt', async () => {
    const msgId = client.request(ping());
    const announced = await client.expect(Tl.new_session_created);
    assert.equal(announced.long(), msgId);
    announced.long();
    const salt = announced.long();
    assert.equal(announced.message.seqno % 2, 1);
    await assertPong(msgId);
    client.salt = salt;
    await assertPong(client.request(ping()));
  });

  withClient('a wrong salt is answered with the right one', async () => {
    const msgId = client.request(ping(), { salt: 1n, seqno: 1 });
    const refused = await client.expect(Tl.bad_server_salt);
    assert.deepEqual([refused.long(), refused.int(), refused.int()], [msgId, 1, 48]);
    client.salt = refused.long();
    await assertPong(client.request(ping()));
  });

  withClient('a message from long ago or from the future is refused (16, 17)', async () => {
    await assertRefused(16, { msgId: client.nextId(-310), seqno: 1 });
    await assertRefused(17, { msgId: client.nextId(40), seqno: 1 });
    await assertPong(client.send(ping(), { msgId: client.nextId(-280), seqno: 1 }));
  });

  withClient('an id that is not a multiple of four is refused (18)', async () => {
    for (const low of [1n, 2n, 3n]) await assertRefused(18, { msgId: client.nextId() | low, seqno: 1 });
  });

  withClient('a container id that came before is refused (19)', async () => {
    const [inner = 0n, container = 0n] = client.container([{ body: ping() }]);
    await assertPong(inner);
    client.container([{ body: ping() }], { msgId: container });
    assert.equal((await badMsg()).code, 19);
  });

  withClient('a message older than all remembered ones is refused (20)', async () => {
    const old = client.nextId();
    for (let i = 0; i < 11; i++) {
      client.container(
        Array.from({ length: 100 }, () => ({
          body: new TlWriter().uint(Tl.msgs_ack).longs([]).finish(),
          content: false,
        })),
      );
    }
    await assertPong(client.request(ping()));
    client.send(ping(), { msgId: old, seqno: 1 });
    assert.deepEqual(await badMsg(), { msgId: old, seqno: 1, code: 20 });
  });

  withClient('seqnos must rise with ids (32, 33)', async () => {
    const early = client.nextId();
    await assertPong(client.send(ping(), { seqno: 9 }));
    await assertRefused(32, { seqno: 7 });
    await assertRefused(32, { seqno: 9 });
    await assertRefused(33, { msgId: early, seqno: 11 });
    await assertPong(client.send(ping(), { msgId: early, seqno: 3 }));
  });

  withClient('seqnos are odd for requests and even for containers (34, 35)', async () => {
    await assertRefused(34, { seqno: 1 }, new TlWriter().uint(Tl.http_wait).uint(0).uint(0).uint(0).finish());
    await assertRefused(35, { seqno: 2 }, new TlWriter().uint(0xc4f9186b).finish());
    await assertRefused(34, { seqno: 3 }, new TlWriter().uint(Tl.msg_container).uint(0).finish());
  });

  withClient('a container holds several messages, and one bad one does not spoil the others', async () => {
    const [first = 0n, bad = 0n, last = 0n] = client.container([
      { body: ping(1n) },
      { body: ping(2n), msgId: client.nextId() | 1n },
      { body: ping(3n) },
    ]);
    const got = [
      await client.receive(),
      await client.receive(),
      await client.receive(),
      await client.receive(),
    ];
    const kinds = got.map((message) => message?.kind);
    assert.deepEqual(kinds, [Tl.new_session_created, Tl.pong, Tl.bad_msg_notification, Tl.pong]);
    assert.deepEqual(
      [1, 2, 3].map((i) => got[i]?.body.readBigInt64LE(4)),
      [first, bad, last],
    );
    assert.ok(
      got.every((message) => message?.inContainer),
      'the answers travel together too',
    );
  });

  withClient('a container that is broken, nested or younger than its messages is refused (64)', async () => {
    const empty = new TlWriter().uint(Tl.msg_container).uint(0).finish();
    const broken = new TlWriter()
      .uint(Tl.msg_container)
      .uint(2)
      .long(client.nextId())
      .uint(1)
      .uint(400)
      .finish();
    await assertRefused(64, { seqno: 0 }, broken);
    client.container([{ body: empty, content: false }]);
    assert.equal((await badMsg()).code, 64);
    client.container([{ body: ping() }, { body: ping(), msgId: client.nextId(5) }]);
    assert.equal((await badMsg()).code, 64);
    const crowded = new TlWriter().uint(Tl.msg_container).uint(1021).finish();
    await assertRefused(64, { seqno: client.nextSeqno(false) }, crowded);
  });

  withClient('gzip_packed and msg_copy are unpacked', async () => {
    const packed = new TlWriter()
      .uint(Tl.gzip_packed)
      .string(gzipSync(ping(5n)))
      .finish();
    const msgId = client.request(packed);
    await assertPong(msgId);
    const original = client.nextId();
    const copy = new TlWriter()
      .uint(Tl.msg_copy)
      .long(original)
      .uint(client.nextSeqno(true))
      .uint(12)
      .raw(ping(6n));
    client.notify(copy.finish());
    await assertPong(original);
  });

  withClient('a packet whose msg_key is wrong ends the connection without a word', async () => {
    client.send(ping(), { seqno: 1, breakMsgKey: true });
    assert.equal(await client.receive(), undefined);
  });

  for (const [name, sent] of Object.entries<Sent>({
    'too little padding': { padding: 4 },
    'too much padding': { padding: 1040 + 4 },
    'a length beyond the packet': { length: 4000 },
    'a negative length': { length: -4 },
    'a length that is not a multiple of four': { length: 11 },
  })) {
    withClient(`${name} ends the connection`, async () => {
      client.send(ping(), { seqno: 1, ...sent });
      assert.equal(await client.receive(), undefined);
    });
  }

  withClient('padding of 12 to 1024 bytes is accepted', async () => {
    for (const padding of [20, 1012]) await assertPong(client.request(ping(), { padding }));
  });

  withClient('a packet cut within a block ends the connection', async () => {
    client.wire.send(client.seal(ping(), { seqno: 1 }).subarray(0, -4));
    assert.equal(await client.receive(), undefined);
  });

  withClient('an unknown key meets transport error -404', async () => {
    const packet = client.seal(ping(), { seqno: 1 });
    randomBytes(8).copy(packet);
    client.wire.send(packet);
    await assert.rejects(client.receive(), { code: -404 });
    assert.equal(await client.receive(), undefined);
  });

  withClient(
    'an unacknowledged announcement is sent once more over the next connection, an acknowledged one is not',
    async () => {
      client.request(ping());
      const { message } = await client.expect(Tl.new_session_created);
      const again = await connect(client.sessionId);
      again.send(ping(), { seqno: 3 });
      assert.equal((await again.expect(Tl.new_session_created)).message.msgId, message.msgId);
      again.send(new TlWriter().uint(Tl.msgs_ack).longs([message.msgId]).finish(), { seqno: 4 });
      const third = await connect(client.sessionId);
      third.send(ping(9n), { seqno: 5 });
      assert.equal((await third.receive())?.kind, Tl.pong);
    },
  );
});
