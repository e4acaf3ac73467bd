import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DatabaseAddress, databaseWords } from '../../lib/base/database-address.js';
import { UsageError } from '../../lib/base/errors.js';
import { describeSettings, inspectSettings, readSettings, secretsOf } from '../../lib/settings/settings.js';

const sources = (text: string) => ({
  flags: {},
  environment: { DATABASE_URL: text },
  workingDirectory: '/',
  envFile: '/dev/null',
});

const POSTGRES = { kind: 'postgres', product: 'Postgres', tls: 'off' } as const;
const MARIADB = { kind: 'mysql', product: 'MariaDB', tls: 'off' } as const;

const GOOD: Readonly<Record<string, DatabaseAddress>> = {
  'postgres://u:p@h:5433/d': { ...POSTGRES, host: 'h', port: 5433, database: 'd', user: 'u', password: 'p' },
  ' POSTGRESQL://u@db.example/d ': { ...POSTGRES, host: 'db.example', port: 5432, database: 'd', user: 'u' },
  'mariadb://u%40x:p%3A/@%25@h/d': {
    ...MARIADB,
    host: 'h',
    port: 3306,
    database: 'd',
    user: 'u@x',
    password: 'p:/@%',
  },
  'mysql://u:p@[::1]:3307/d?sslmode=require': {
    kind: 'mysql',
    product: 'MySQL',
    tls: 'required',
    host: '::1',
    port: 3307,
    database: 'd',
    user: 'u',
    password: 'p',
  },
  'postgres://u:p@h/d?sslmode=verify-full&sslrootcert=/a/b.pem': {
    ...POSTGRES,
    tls: 'verified',
    tlsCaFile: '/a/b.pem',
    host: 'h',
    port: 5432,
    database: 'd',
    user: 'u',
    password: 'p',
  },
  'postgres://u@/d?socket=/var/run/postgresql': {
    ...POSTGRES,
    socket: '/var/run/postgresql',
    host: '',
    port: 5432,
    database: 'd',
    user: 'u',
  },
};

for (const [text, expected] of Object.entries(GOOD)) {
  test(`DATABASE_URL=${text} is understood`, () =>
    assert.deepEqual(readSettings(sources(text)).database, expected));
}

test('a wrong one is refused with the right form, and nothing of it is shown', () => {
  for (const text of [
    'Mark-1',
    'sqlite://Mark-1/x',
    'postgres://Mark-1@h',
    'postgres://h/Mark-1',
    'postgres://u:Mark-1@h:0/d',
    'postgres://u:Mark-1@h:70000/d',
    'postgres://u:Mark-1%zz@h/d',
    'postgres://u:Mark-1@h/d?sslmode=maybe',
    'postgres://u:Mark-1@h/d?other=1',
    'postgres://u:Mark-1@h/d?sslrootcert=/x',
    'postgres://u:Mark-1@h/d?socket=/x',
    'postgres://u:Mark-1@/d',
  ]) {
    const { problems } = inspectSettings(sources(text));
    assert.equal(problems.length, 1, text);
    assert.ok(problems[0] instanceof UsageError);
    assert.match(problems[0].message, /^DATABASE_URL must be /);
    assert.ok(!`${problems[0].message}${JSON.stringify(problems[0].fields)}`.includes('Mark-1'), text);
  }
});

test('its password is a secret, and people are shown its place alone', () => {
  const settings = readSettings(sources('mariadb://u:pass%20word@h:3307/d'));
  assert.deepEqual(secretsOf(settings), ['pass word', 'pass%20word']);
  assert.equal(describeSettings(settings)['DATABASE_URL'], 'set');
  assert.ok(settings.database);
  assert.equal(databaseWords(settings.database), 'the MariaDB database d at h:3307');
  const { product, database, port } = settings.database;
  assert.equal(
    databaseWords({ kind: 'mysql', product, database, port, host: '::1', user: 'u', tls: 'off' }),
    'the MariaDB database d at [::1]:3307',
  );
});
