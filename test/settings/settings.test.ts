import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { UsageError } from '../../lib/base/errors.js';
import { describeSettings, inspectSettings, readSettings, secretsOf } from '../../lib/settings/settings.js';
import type { SettingSources } from '../../lib/settings/sources.js';
import { type SettingKey, settingKeys, specOf } from '../../lib/settings/table.js';

const workingDirectory = mkdtempSync(join(tmpdir(), 'telepi-settings-'));
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
writeFileSync(join(workingDirectory, 'pkcs1.pem'), rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }));
writeFileSync(join(workingDirectory, 'spki.pem'), rsa.publicKey.export({ type: 'spki', format: 'pem' }));
writeFileSync(join(workingDirectory, 'private.pem'), rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }));
writeFileSync(join(workingDirectory, 'text.pem'), 'not a key\n');
const elliptic = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' });
writeFileSync(join(workingDirectory, 'ed25519.pem'), elliptic);
const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
writeFileSync(join(workingDirectory, 'small.pem'), small.export({ type: 'spki', format: 'pem' }));

function sources(given: Partial<SettingSources> = {}): SettingSources {
  return { flags: {}, environment: {}, workingDirectory, ...given };
}

function envFile(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'telepi-env-')), 'env');
  writeFileSync(path, text);
  return path;
}

function refusal(environment: Record<string, string>): string {
  try {
    readSettings(sources({ environment }));
  } catch (error) {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /^[^\n]+\.$/, 'one sentence');
    return error.message;
  }
  return assert.fail('nothing was refused');
}

test('defaults are those of the table, in the unit that the code works with', () => {
  const settings = readSettings(sources());
  assert.equal(settings.minIntervalMs, 1300);
  assert.equal(settings.parallelUploads, 10);
  assert.equal(settings.bufferBytes, 500_000_000);
  assert.equal(settings.dataDir, join(workingDirectory, 'data'));
  assert.equal(settings.autoCreateTopics, undefined);
  assert.equal(settings.testDc, false);
  assert.equal(settings.server, undefined);
  assert.equal(settings.apiId, undefined);
  assert.ok(Object.isFrozen(settings));
});

test('flags override the environment, .env and defaults, in this order, for every numeric setting', () => {
  const numeric: readonly SettingKey[] = [
    'apiId',
    'sourceTopic',
    'parallelUploads',
    'bufferMb',
    'minInterval',
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...numeric),
      fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
      fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
      fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
      (key, flag, environment, file) => {
        const spec = specOf(key);
        const line = (value: number | undefined): Record<string, string> =>
          value === undefined ? {} : { [spec.name]: String(value) };
        const settings = readSettings(
          sources({
            flags: flag === undefined ? {} : { [spec.flag ?? '']: String(flag) },
            environment: line(environment),
            envFile: envFile(file === undefined ? '' : `${spec.name}=${file}\n`),
          }),
        );
        const preset = spec.default === undefined ? 'not set' : Number(spec.default);
        assert.equal(describeSettings(settings)[spec.name], flag ?? environment ?? file ?? preset);
      },
    ),
    { numRuns: 200 },
  );
});

test('an empty value counts as not set, and a flag can turn a switch off again', () => {
  const environment = { BUFFER_MB: '', AUTO_CREATE_TOPICS: 'yes' };
  const file = envFile('BUFFER_MB=64\nSOURCE_CHAT=\n');
  const settings = readSettings(
    sources({ environment, envFile: file, flags: { 'auto-create-topics': false } }),
  );
  assert.equal(settings.bufferBytes, 64_000_000);
  assert.equal(settings.sourceChat, undefined);
  assert.equal(settings.autoCreateTopics, false);
});

test('an empty flag is refused, since a script means something by it', () => {
  for (const flag of ['source', 'buffer-mb', 'kind']) {
    assert.throws(() => readSettings(sources({ flags: { [flag]: ' ' } })), {
      code: 'EMPTY_FLAG',
      message: `--${flag} is empty: give it a value, or leave it out.`,
    });
  }
});

test('numbers with a wrong form or out of bounds are refused with their place and bounds', () => {
  const cases: [string, string, RegExp][] = [
    ['TG_API_ID', 'abc', /^TG_API_ID must be a whole number from 1 to 2147483647, not "abc"\.$/],
    ['TG_API_ID', '12.5', /TG_API_ID must be a whole number/],
    ['TG_API_ID', '0', /from 1 to/],
    ['TG_API_ID', '2147483648', /from 1 to/],
    ['MIN_INTERVAL', '-1', /MIN_INTERVAL must be a number from 0 to 86400, not "-1"/],
    ['MIN_INTERVAL', '1.3s', /MIN_INTERVAL/],
    ['MIN_INTERVAL', 'Infinity', /MIN_INTERVAL/],
    ['MIN_INTERVAL', '0x10', /MIN_INTERVAL/],
    ['PARALLEL_UPLOADS', '0', /PARALLEL_UPLOADS must be a whole number from 1 to 64/],
    ['PARALLEL_UPLOADS', '65', /PARALLEL_UPLOADS/],
    ['BUFFER_MB', '0', /BUFFER_MB/],
    ['SOURCE_TOPIC', '0', /SOURCE_TOPIC/],
    ['AUTO_CREATE_TOPICS', 'maybe', /AUTO_CREATE_TOPICS must be yes or no/],
  ];
  for (const [name, value, words] of cases) assert.match(refusal({ [name]: value }), words);
});

test('an error says where the value came from', () => {
  const file = envFile('BUFFER_MB=lots\n');
  assert.throws(() => readSettings(sources({ envFile: file })), {
    code: 'BAD_SETTING',
    message: `BUFFER_MB in ${file} must be a whole number from 1 to 1000000, not "lots".`,
  });
  assert.throws(() => readSettings(sources({ flags: { dc: 'x' } })), /^UsageError: --dc must be/);
});

test('a server comes with its key, PKCS#1 or SPKI, and with DC 2 by default', () => {
  for (const file of ['pkcs1.pem', 'spki.pem']) {
    const settings = readSettings(
      sources({ environment: { TG_SERVER: '127.0.0.1:20443', TG_SERVER_KEY: file } }),
    );
    assert.equal(settings.server?.host, '127.0.0.1');
    assert.equal(settings.server?.port, 20443);
    assert.equal(settings.server?.dcId, 2);
    assert.match(settings.server?.publicKeyPem ?? '', /PUBLIC KEY/);
  }
  const ipv6 = { TG_SERVER: '[::1]:443', TG_SERVER_KEY: 'spki.pem', TG_DC: '4' };
  const { server } = readSettings(sources({ environment: ipv6 }));
  assert.deepEqual([server?.host, server?.port, server?.dcId], ['::1', 443, 4]);
});

test('a bad server, a bad key or a mix of both is refused before any work', () => {
  const key = { TG_SERVER_KEY: 'spki.pem' };
  assert.match(refusal({ TG_SERVER: 'localhost', ...key }), /host:port/);
  assert.match(refusal({ TG_SERVER: 'localhost:0', ...key }), /port from 1 to 65535/);
  assert.match(refusal({ TG_SERVER: 'localhost:99999', ...key }), /port from 1 to 65535/);
  assert.match(refusal({ TG_SERVER: 'http://a.b:80', ...key }), /host:port/);
  assert.match(refusal({ TG_SERVER: 'localhost:443' }), /TG_SERVER_KEY/);
  assert.match(refusal(key), /TG_SERVER, which is not set/);
  assert.match(refusal({ TG_DC: '2' }), /TG_SERVER, which is not set/);
  assert.match(refusal({ TG_SERVER: 'h:443', ...key, TG_TEST_DC: '1' }), /set only one/);
  assert.match(refusal({ AUTO_CREATE_TOPICS: '1', TARGET_TOPIC: '3' }), /set only one/);
  const withKey = (file: string): string => refusal({ TG_SERVER: 'h:443', TG_SERVER_KEY: file });
  assert.match(withKey('absent.pem'), new RegExp(`${join(workingDirectory, 'absent.pem')}.*ENOENT`));
  assert.match(withKey('.'), /EISDIR/);
  assert.match(withKey('text.pem'), /text\.pem .* holds no public key/);
  assert.match(withKey('private.pem'), /holds a private key/);
  assert.match(withKey('ed25519.pem'), /ed25519; MTProto needs/);
  assert.match(withKey('small.pem'), /RSA key of 1024 bits/);
});

test('a settings file that was named must be readable', () => {
  assert.throws(() => readSettings(sources({ envFile: 'absent.env' })), /absent\.env.*--settings/);
  assert.throws(() => readSettings(sources({ envFile: '.' })), /EISDIR/);
});

test('the home directory can be written as ~ where no shell reads it', () => {
  assert.equal(readSettings(sources({ environment: { DATA_DIR: '~/x' } })).dataDir, join(homedir(), 'x'));
});

test('every problem is found at once, missing settings too', () => {
  const environment = { TG_API_ID: 'x', BUFFER_MB: 'y', TG_SERVER: 'z' };
  const { settings, problems } = inspectSettings(sources({ environment }), {
    needs: ['apiId', 'sourceChat'],
  });
  assert.equal(settings, undefined);
  const words = problems.map((problem) => problem.message).join('\n');
  for (const name of ['TG_API_ID', 'BUFFER_MB', 'TG_SERVER', 'SOURCE_CHAT is not set']) {
    assert.ok(words.includes(name), `${name} in: ${words}`);
  }
});

test("an error in a setting that a command does not use doesn't matter to it", () => {
  const environment = { TG_SERVER: 'nonsense', BUFFER_MB: 'y', DATA_DIR: '/srv/x' };
  const settings = readSettings(sources({ environment }), { uses: ['dataDir'] });
  assert.equal(settings.dataDir, '/srv/x');
  assert.equal(settings.bufferBytes, 500_000_000);
});

test('no secret is in any description or error', () => {
  const secretKeys = settingKeys.filter((key) => specOf(key).secret);
  assert.equal(secretKeys.length, 11);
  const secretText = fc.stringMatching(/^[!-~ ]{8,24}$/).map((text) => `zq${text}qz`);
  fc.assert(
    fc.property(fc.constantFrom(...secretKeys), secretText, fc.boolean(), (key, secret, broken) => {
      const environment = { [specOf(key).name]: secret, ...(broken ? { BUFFER_MB: 'y' } : {}) };
      const { settings, problems } = inspectSettings(sources({ environment }));
      for (const problem of problems) {
        assert.ok(!`${problem.message}${JSON.stringify(problem.fields)}`.includes(secret));
      }
      if (!settings) return;
      assert.ok(!JSON.stringify(describeSettings(settings)).includes(secret.trim()));
      assert.equal(describeSettings(settings)[specOf(key).name], 'set');
      assert.deepEqual(secretsOf(settings), [key === 'password' ? secret : secret.trim()]);
    }),
    { numRuns: 200 },
  );
});

test('any text in any setting gives a value or one sentence, never another error', () => {
  fc.assert(
    fc.property(fc.constantFrom(...settingKeys), fc.string(), (key, text) => {
      const { settings, problems } = inspectSettings(sources({ environment: { [specOf(key).name]: text } }));
      assert.equal(settings === undefined, problems.length > 0);
      for (const problem of problems) assert.ok(problem instanceof UsageError);
    }),
    { numRuns: 500 },
  );
});
