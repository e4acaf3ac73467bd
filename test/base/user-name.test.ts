import assert from 'node:assert/strict';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import { test } from 'node:test';
import { userName } from '../../lib/base/user-name.js';

test('a user without an entry in passwd, as in many containers, goes by a number', (t) => {
  assert.equal(userName(), os.userInfo().username);
  t.mock.method(os, 'userInfo', () => {
    throw Object.assign(new Error('uv_os_get_passwd returned ENOENT'), { code: 'ERR_SYSTEM_ERROR' });
  });
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  assert.equal(userName(), String(process.geteuid?.() ?? 'unknown'));
});
