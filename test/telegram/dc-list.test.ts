import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RpcError } from '../../lib/sandbox/rpc.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import { clientOf } from '../support/client-of.js';

test('the list of DCs is requested again when the server had a fault at connecting', async (t) => {
  const sandbox = await startSandbox({ seed: 'dc-list' });
  t.after(() => sandbox.close());
  const account = sandbox.world.createUser({ phone: '99966210012', code: '12345', firstName: 'Ann' });
  const fault = new RpcError(500, 'WORKER_BUSY_TOO_LONG_RETRY');
  sandbox.weather.script({ method: 'help.GetConfig', fate: { kind: 'refuse', error: fault } });
  const client = await clientOf(sandbox, account);
  t.after(() => client.close());
  assert.equal((await client.addressOf(2)).port, sandbox.dcs[1]?.port);
});

test('a server without a list of DCs is not asked for ever', async (t) => {
  const sandbox = await startSandbox({ seed: 'dc-list' });
  t.after(() => sandbox.close());
  const account = sandbox.world.createUser({ phone: '99966210012', code: '12345', firstName: 'Ann' });
  const unknown = new RpcError(400, 'METHOD_INVALID');
  sandbox.weather.script({ method: 'help.GetConfig', times: 10, fate: { kind: 'refuse', error: unknown } });
  const client = await clientOf(sandbox, account);
  t.after(() => client.close());
  await assert.rejects(client.addressOf(2), { code: 'UNKNOWN_DC' });
  assert.equal((await client.addressOf(1)).port, sandbox.server.port);
});
