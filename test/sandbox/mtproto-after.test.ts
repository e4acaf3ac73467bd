import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { Api } from 'telegram';
import { Tl } from '../../lib/sandbox/mtproto/constructors.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { SandboxServer } from '../../lib/sandbox/server.js';
import { FakeClock } from '../support/fake-clock.js';
import type { RawClient } from '../support/raw-client.js';
import { RawClients } from '../support/raw-clients.js';
import { afterMsgs, initialised } from '../support/raw-requests.js';
import { startSmallServer } from '../support/small-server.js';

const TRUE = 0x997275b5;
const quick = new Api.account.UpdateStatus({ offline: true }).getBytes();
const slow = new Api.account.ResetWallPapers().getBytes();
const refused = new Api.auth.LogOut().getBytes();

describe('invokeAfterMsg', () => {
  const clock = new FakeClock({ epochMs: Date.now() });
  let server: SandboxServer;
  let client: RawClient;
  const clients = new RawClients();
  let release = (): void => {};
  let done = 0;

  before(async () => {
    const methods = {
      'account.UpdateStatus': () => {
        done += 1;
        return true;
      },
      'account.ResetWallPapers': () =>
        new Promise<boolean>((resolve) => {
          release = () => resolve(true);
        }),
      'auth.LogOut': () => {
        throw new RpcError(400, 'REFUSED');
      },
    };
    server = await startSmallServer(methods, { clock });
  });
  beforeEach(async () => {
    client = await clients.connect(server);
    await ask(initialised(quick));
    done = 0;
  });
  afterEach(() => clients.close());
  after(() => server.close());

  const ask = async (body: Buffer): Promise<number> => (await client.result(client.request(body))).uint();

  test('waits for the end of another request', async () => {
    const first = client.request(slow);
    const chained = client.request(afterMsgs(quick, first));
    assert.equal(await ask(quick), TRUE);
    assert.equal(done, 1, 'the chained one has not run');
    release();
    assert.equal((await client.result(chained)).uint(), TRUE);
    assert.equal(await ask(afterMsgs(quick, first)), TRUE);
  });

  test('fails with MSG_WAIT_FAILED if the other request fails', async () => {
    const good = client.request(quick);
    const bad = client.request(refused);
    await assert.rejects(ask(afterMsgs(quick, good, bad)), { code: 400, message: 'MSG_WAIT_FAILED' });
    assert.equal(done, 1);
  });

  test('waits for a request that comes later', async () => {
    const own = client.nextId();
    client.send(afterMsgs(quick, own + 4n), { msgId: own, seqno: 101 });
    await client.expect(Tl.msgs_ack);
    client.send(quick, { msgId: own + 4n, seqno: 103 });
    assert.equal((await client.result(own)).uint(), TRUE);
    assert.equal(done, 2);
    assert.equal(clock.sleeping, 0);
  });

  test('ends with MSG_WAIT_TIMEOUT instead of waiting for ever', async () => {
    const own = client.nextId();
    client.send(afterMsgs(quick, own + 4n), { msgId: own, seqno: 101 });
    await client.expect(Tl.msgs_ack);
    await clock.advance(5000);
    await assert.rejects(client.result(own), { code: 500, message: 'MSG_WAIT_TIMEOUT' });
    assert.equal(done, 0);
  });

  test('leaves no timer behind when the client disconnects', async () => {
    const own = client.nextId();
    client.send(afterMsgs(quick, own + 4n), { msgId: own, seqno: 101 });
    await client.expect(Tl.msgs_ack);
    assert.equal(clock.sleeping, 1);
    await client.close();
    while (server.connections.open > 0) await new Promise(setImmediate);
    assert.equal(clock.sleeping, 0);
  });

  test('does not wait for a request of an earlier session', async () => {
    assert.equal(await ask(afterMsgs(quick, client.nextId(-100))), TRUE);
  });
});
