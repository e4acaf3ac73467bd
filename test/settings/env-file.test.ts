import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { UsageError } from '../../lib/base/errors.js';
import { inspectSettings, readSettings } from '../../lib/settings/settings.js';
import { idleNames } from '../../lib/settings/unknown-names.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const TEXT = 'TG_API_ID=123\nTG_PASSWORD="pässwörd 😀"\r\nSOURCE_CHAT=@from\n';

function sourcesOf(workingDirectory: string) {
  return { flags: {}, environment: {}, workingDirectory };
}

const encodings: Readonly<Record<string, (text: string) => Buffer>> = {
  'UTF-8': (text) => Buffer.from(text),
  'UTF-8 with a mark': (text) => Buffer.from(`\ufeff${text}`),
  'UTF-16LE': (text) => Buffer.from(text, 'utf16le'),
  'UTF-16LE with a mark': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'UTF-16BE': (text) => Buffer.from(text, 'utf16le').swap16(),
  'UTF-16BE with a mark': (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
};

for (const [name, encode] of Object.entries(encodings)) {
  test(`a settings file in ${name} is read`, (t) => {
    const cwd = temporaryFolder(t);
    writeFileSync(join(cwd, '.env'), encode(TEXT));
    const { apiId, password, sourceChat } = readSettings(sourcesOf(cwd));
    assert.deepEqual(
      { apiId, password, sourceChat },
      { apiId: 123, password: 'pässwörd 😀', sourceChat: '@from' },
    );
    assert.equal(idleNames(sourcesOf(cwd)), undefined);
  });
}

for (const [name, bytes] of [
  ['Latin-1', Buffer.from(TEXT.replace('😀', ''), 'latin1')],
  ['UTF-32', Buffer.from([...TEXT].flatMap((letter) => [letter.codePointAt(0) ?? 0, 0, 0, 0].slice(0, 4)))],
  ['binary form', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 0xff, 0xfe])],
] as const) {
  test(`a settings file in ${name} is refused with how to fix it`, (t) => {
    const cwd = temporaryFolder(t);
    writeFileSync(join(cwd, '.env'), bytes);
    assert.throws(
      () => readSettings(sourcesOf(cwd)),
      (error) =>
        error instanceof UsageError &&
        error.message.includes(join(cwd, '.env')) &&
        /as UTF-8/.test(error.message),
    );
  });
}

test("a missing setting is reported with the file that was read, or that doesn't exist", (t) => {
  const cwd = temporaryFolder(t);
  const problems = (): string[] =>
    inspectSettings(sourcesOf(cwd), { needs: ['apiHash'] }).problems.map(({ message }) => message);
  assert.match(
    problems()[0] ?? '',
    new RegExp(`^TG_API_HASH is not set, and there is no ${cwd}/\\.env: put it into`),
  );
  writeFileSync(join(cwd, '.env'), 'TG_API_ID=1\n');
  assert.match(
    problems()[0] ?? '',
    new RegExp(`^TG_API_HASH is not set, neither in ${cwd}/\\.env nor in the`),
  );
});

test('an API hash has 32 digits, and the error does not show it', () => {
  const problems = (hash: string): string[] => {
    const sources = { flags: {}, environment: { TG_API_HASH: hash }, workingDirectory: '/nowhere' };
    return inspectSettings(sources).problems.map(({ message }) => message);
  };
  assert.deepEqual(problems(' 0123456789abcdef0123456789abcDEF '), []);
  for (const hash of [
    '0123456789abcdef0123456789abcde',
    '0123456789abcdef0123456789abcdefa',
    'g123456789abcdef0123456789abcdef',
    '1234567',
  ]) {
    const [message = ''] = problems(hash);
    assert.match(message, /^TG_API_HASH must be 32 digits of 0-9 and a-f/);
    assert.ok(!message.includes(hash));
  }
});

test('names that set nothing are reported, with the one that was probably meant', (t) => {
  const cwd = temporaryFolder(t);
  const said = (text: string): string | undefined => {
    writeFileSync(join(cwd, '.env'), text);
    return idleNames(sourcesOf(cwd));
  };
  const path = join(cwd, '.env');
  assert.equal(said('# SORCE_CHAT=1\nSOURCE_CHAT=@a\n\nTG_API_ID=\n'), undefined);
  for (const [name, meant] of [
    ['SORCE_CHAT', 'SOURCE_CHAT'],
    ['API_ID', 'TG_API_ID'],
    ['tg_api_hash', 'TG_API_HASH'],
    ['TG_API_HAHS', 'TG_API_HASH'],
    ['SOURCE', 'SOURCE_CHAT'],
    ['BUFFERMB', 'BUFFER_MB'],
    ['TELEPI_DATA_DIR', undefined],
    ['COMPOSE_PROJECT_NAME', undefined],
  ] as const) {
    const hint = meant === undefined ? '' : ` (${meant}?)`;
    assert.equal(said(`${name}=secret-value\n`), `${path} has ${name}, which TelePi does not know${hint}.`);
  }
  assert.equal(said('SOURCE_CHAT @a\nTARGET_CHAT=@b\n'), `${path} has SOURCE_CHAT without an equals sign.`);
});
