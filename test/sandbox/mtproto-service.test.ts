import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { Tl } from '../../lib/sandbox/mtproto/constructors.js';
import { TlWriter } from '../../lib/sandbox/mtproto/tl-bytes.js';
import type { SandboxServer } from '../../lib/sandbox/server.js';
import { FakeClock } from '../support/fake-clock.js';
import type { RawClient, RawClientOptions } from '../support/raw-client.js';
import { RawClients } from '../support/raw-clients.js';
import type { RawKey } from '../support/raw-exchange.js';
import { initialised } from '../support/raw-requests.js';
import { startSmallServer } from '../support/small-server.js';

const ping = (id: bigint): Buffer => new TlWriter().uint(Tl.ping).long(id).finish();
const getConfig = initialised(new TlWriter().uint(0xc4f9186b).finish());

describe('MTProto service messages', () => {
  let server: SandboxServer;
  let key: RawKey;
  let release = (): void => {};
  const clients = new RawClients();
  const nearestDc = new TlWriter().uint(0x1fb33026).finish();
  let asked = 0;

  before(async () => {
    server = await startSmallServer({
      'help.GetNearestDc': async () => {
        asked += 1;
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        return true;
      },
    });
    key = (await connect()).key;
  });
  afterEach(() => clients.close());
  after(() => server.close());

  const connect = (options?: RawClientOptions): Promise<RawClient> => clients.connect(server, options);

  test('ping is answered by a pong with its id', async () => {
    const client = await connect({ key });
    const msgId = client.request(ping(77n));
    const pong = await client.expect(Tl.pong);
    assert.deepEqual([pong.long(), pong.long()], [msgId, 77n]);
    assert.equal(pong.message.msgId % 4n, 1n);
    assert.equal(pong.message.seqno % 2, 0);
  });

  test('ping_delay_disconnect closes the connection when no other comes in time', async () => {
    const clock = new FakeClock({ epochMs: Date.now() });
    const timed = await startSmallServer({}, { clock });
    try {
      const client = await clients.connect(timed);
      for (let i = 0; i < 3; i++) {
        client.request(new TlWriter().uint(Tl.ping_delay_disconnect).long(1n).uint(60).finish());
        await client.expect(Tl.pong);
        assert.equal(clock.sleeping, 1);
        await clock.advance(50_000);
        assert.equal(timed.connections.open, 1);
      }
      await clock.advance(10_000);
      assert.equal(await client.receive(), undefined);
    } finally {
      await timed.close();
    }
  });

  test('get_future_salts returns valid salts in order of time', async () => {
    const client = await connect({ key });
    const msgId = client.request(new TlWriter().uint(Tl.get_future_salts).uint(3).finish());
    const salts = await client.expect(Tl.future_salts);
    assert.equal(salts.long(), msgId);
    const now = salts.int();
    assert.equal(salts.int(), 3);
    const read = Array.from({ length: 3 }, () => ({
      since: salts.int(),
      until: salts.int(),
      salt: salts.long(),
    }));
    assert.ok(read.every(({ since, until }) => until - since === 3600));
    assert.ok((read[0]?.since ?? 0) <= now && now < (read[1]?.since ?? 0));
    client.salt = read[0]?.salt ?? 0n;
    client.request(ping(1n));
    await client.expect(Tl.pong);
    client.salt = read[2]?.salt ?? 0n;
    client.request(ping(1n));
    await client.expect(Tl.bad_server_salt);
  });

  test('destroy_session ends another session of the key, but not the current one or a foreign one', async () => {
    const [client, other] = [await connect({ key }), await connect({ key })];
    other.request(ping(1n));
    await other.expect(Tl.pong);
    const destroy = (id: bigint): bigint =>
      client.request(new TlWriter().uint(Tl.destroy_session).long(id).finish());
    destroy(other.sessionId);
    assert.equal((await client.expect(Tl.destroy_session_ok)).long(), other.sessionId);
    for (const id of [other.sessionId, client.sessionId]) {
      destroy(id);
      assert.equal((await client.expect(Tl.destroy_session_none)).long(), id);
    }
    other.request(ping(2n));
    await other.expect(Tl.new_session_created);
  });

  test('destroy_auth_key forgets the key', async () => {
    const client = await connect();
    client.request(new TlWriter().uint(Tl.destroy_auth_key).finish());
    await client.expect(Tl.destroy_auth_key_ok);
    client.request(ping(1n));
    await assert.rejects(client.receive(), { code: -404 });
  });

  test('a slow request is acknowledged, and msgs_state_req reports its state', async () => {
    const client = await connect({ key });
    const running = client.request(initialised(nearestDc));
    const ack = await client.expect(Tl.msgs_ack);
    assert.deepEqual(ack.longs(), [running]);
    const states = async (ids: bigint[]): Promise<number[]> => {
      const msgId = client.request(new TlWriter().uint(Tl.msgs_state_req).longs(ids).finish());
      const info = await client.expect(Tl.msgs_state_info);
      assert.equal(info.long(), msgId);
      return [...info.string()];
    };
    assert.deepEqual(await states([running, running + 4n, running - 4n, client.nextId(20)]), [
      4 | 8 | 32,
      2,
      1,
      3,
    ]);
    release();
    await client.result(running);
    assert.deepEqual(await states([running]), [4 | 8 | 32 | 64]);
  });

  test('rpc_drop_answer distinguishes unknown, running and answered requests', async () => {
    const client = await connect({ key });
    const drop = async (id: bigint): Promise<number> => {
      const result = await client.result(
        client.request(new TlWriter().uint(Tl.rpc_drop_answer).long(id).finish()),
      );
      return result.uint();
    };
    assert.equal(await drop(client.nextId()), Tl.rpc_answer_unknown);
    const answered = client.request(getConfig);
    await client.result(answered);
    assert.equal(await drop(answered), Tl.rpc_answer_dropped);
    assert.equal(await drop(answered), Tl.rpc_answer_unknown);
    const running = client.request(nearestDc);
    assert.equal(await drop(running), Tl.rpc_answer_dropped_running);
    release();
    client.request(ping(1n));
    for (let message = await client.receive(); message?.kind !== Tl.pong; message = await client.receive()) {
      assert.notEqual(message?.kind, Tl.rpc_result, 'a dropped answer was sent');
    }
  });

  test('a repeated request is carried out once, and its answer is sent again until it is acknowledged', async () => {
    const client = await connect({ key });
    const before = asked;
    const seqno = client.nextSeqno(true);
    const msgId = client.request(initialised(nearestDc), { seqno });
    await client.expect(Tl.msgs_ack);
    client.send(initialised(nearestDc), { msgId, seqno });
    release();
    const first = await client.expect(Tl.rpc_result);
    client.send(initialised(nearestDc), { msgId, seqno });
    const again = await client.expect(Tl.rpc_result);
    assert.equal(again.message.msgId, first.message.msgId);
    assert.equal(asked, before + 1);
    client.notify(new TlWriter().uint(Tl.msgs_ack).longs([first.message.msgId]).finish());
    client.send(initialised(nearestDc), { msgId, seqno });
    client.request(ping(3n));
    assert.equal((await client.receive())?.kind, Tl.pong);
    assert.equal(asked, before + 1);
  });

  test('an answer that was lost with its connection comes over the next one', async () => {
    const client = await connect({ key });
    const running = client.request(initialised(nearestDc));
    await client.expect(Tl.msgs_ack);
    await client.close();
    release();
    const next = await connect({ key, sessionId: client.sessionId });
    next.send(ping(1n), { seqno: 5 });
    assert.equal((await next.result(running)).uint(), 0x997275b5);
  });

  test('msg_resend_req and msg_resend_ans_req send kept messages again, and report the state of others', async () => {
    const client = await connect({ key });
    const msgId = client.request(getConfig);
    const { message } = await client.expect(Tl.rpc_result);
    client.request(new TlWriter().uint(Tl.msg_resend_req).longs([message.msgId, 5n]).finish());
    assert.equal((await client.expect(Tl.rpc_result)).message.msgId, message.msgId);
    await client.expect(Tl.msgs_state_info);
    client.request(new TlWriter().uint(Tl.msg_resend_ans_req).longs([msgId]).finish());
    assert.equal((await client.expect(Tl.rpc_result)).message.msgId, message.msgId);
  });

  test('http_wait and answers to questions that were never asked change nothing', async () => {
    const client = await connect({ key });
    client.notify(new TlWriter().uint(Tl.http_wait).uint(0).uint(0).uint(0).finish());
    client.notify(new TlWriter().uint(Tl.msgs_all_info).longs([1n]).string('\x01').finish());
    const msgId = client.request(ping(4n));
    assert.equal((await client.expect(Tl.pong)).long(), msgId);
  });
});
