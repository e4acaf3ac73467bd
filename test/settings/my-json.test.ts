import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readSettings } from '../../lib/settings/settings.js';
import { secretTexts } from '../../lib/settings/sources.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const HASH = 'a'.repeat(32);

describe('my.json and the names of Telegram Utilities', () => {
  it('give what neither the environment nor .env has', (t) => {
    const workingDirectory = temporaryFolder(t);
    const telegram = { api_id: '12', api_hash: HASH, phone: '+491511234567' };
    const database = { password: 'of the database' };
    writeFileSync(join(workingDirectory, 'my.json'), JSON.stringify({ telegram, database }));
    const read = (environment: Record<string, string> = {}) =>
      readSettings({ workingDirectory, environment, flags: {} }, { uses: ['apiId', 'apiHash', 'phone'] });
    assert.deepEqual([read().apiId, read().apiHash, read().phone], [12, HASH, '+491511234567']);
    assert.equal(read({ TELEGRAM_API_ID: '13' }).apiId, 13);
    assert.equal(read({ TELEGRAM_API_ID: '13', TG_API_ID: '14' }).apiId, 14);
    const secrets = secretTexts({ workingDirectory, environment: {}, flags: {} });
    for (const secret of [HASH, '+491511234567', 'of the database']) assert.ok(secrets.includes(secret));
    writeFileSync(join(workingDirectory, '.env'), 'TG_API_ID=15\n');
    assert.equal(read().apiId, 15);
    assert.throws(
      () => readSettings({ workingDirectory, environment: { TG_API_HASH: 'x' }, flags: {} }),
      /TG_API_HASH must be/,
    );
  });

  it('are refused in plain words, and only where they are needed', (t) => {
    const workingDirectory = temporaryFolder(t);
    const path = join(workingDirectory, 'my.json');
    const read = (environment: Record<string, string> = {}) =>
      readSettings({ workingDirectory, environment, flags: {} }, { uses: ['apiId'] });
    writeFileSync(path, '{"telegram": {"api_hash": "S3cret"');
    assert.throws(
      read,
      (error: Error) =>
        /my\.json, .*: it is not JSON\./.test(error.message) && !error.message.includes('S3cret'),
    );
    assert.equal(read({ TG_API_ID: '1' }).apiId, 1);
    writeFileSync(path, '{"telegram": {"api_id": "your_api_id"}}');
    assert.throws(read, /telegram\.api_id in .*my\.json must be a whole number/);
    writeFileSync(path, '[]');
    assert.equal(read().apiId, undefined);
  });
});
