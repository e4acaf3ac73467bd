import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { NotSignedInError } from '../../lib/base/errors.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import { readLimits } from '../../lib/telegram/limits.js';
import { clientOf } from '../support/client-of.js';

test('when one of the limits fails, nobody waits for the others any longer', async (t) => {
  const sandbox = await startSandbox({ seed: 'limits' });
  t.after(() => sandbox.close());
  const account = sandbox.world.createUser({ phone: '99966210005', code: '12345', firstName: 'Eve' });
  const client = await clientOf(sandbox, account);
  t.after(() => client.close());
  const flood = new RpcError(420, 'FLOOD_WAIT_3600');
  const gone = new RpcError(401, 'AUTH_KEY_UNREGISTERED');
  sandbox.weather.script({ method: 'help.GetAppConfig', fate: { kind: 'refuse', error: flood } });
  sandbox.weather.script({ method: 'users.GetUsers', nth: 2, fate: { kind: 'refuse', error: gone } });
  sandbox.weather.script({
    method: 'users.GetUsers',
    fate: { kind: 'refuse', error: new RpcError(500, 'INTERNAL') },
  });
  const { signal } = new AbortController();
  await assert.rejects(readLimits(client, signal), NotSignedInError);
  assert.equal(
    getEventListeners(signal, 'abort').length,
    0,
    'the flood of help.getAppConfig is still waited out',
  );
});
