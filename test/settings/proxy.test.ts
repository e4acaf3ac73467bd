import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../lib/base/errors.js';
import { type ProxyAddress, proxyWords } from '../../lib/base/proxy-address.js';
import { describeSettings, inspectSettings, readSettings, secretsOf } from '../../lib/settings/settings.js';

const HEX = '00112233445566778899aabbccddeeff';
const secret = Buffer.from(HEX, 'hex');
const marked = (mark: number, domain = ''): Buffer =>
  Buffer.concat([Buffer.of(mark), secret, Buffer.from(domain)]);

function read(text: string): ReturnType<typeof readSettings> {
  return readSettings({
    flags: {},
    environment: { TG_PROXY: text },
    workingDirectory: '/',
    envFile: '/dev/null',
  });
}

const GOOD: Readonly<Record<string, ProxyAddress>> = {
  'socks5://127.0.0.1:1080': { kind: 'socks5', host: '127.0.0.1', port: 1080 },
  'SOCKS5://proxy.example:1080/': { kind: 'socks5', host: 'proxy.example', port: 1080 },
  'socks5h://[::1]:9050': { kind: 'socks5', host: '::1', port: 9050 },
  'socks5://me:p%40ss@h:1': { kind: 'socks5', host: 'h', port: 1, login: { user: 'me', password: 'p@ss' } },
  'socks5://me:p@ss:w/rd@h:1': {
    kind: 'socks5',
    host: 'h',
    port: 1,
    login: { user: 'me', password: 'p@ss:w/rd' },
  },
  'http://u:word-of-p@[2001:db8::1]:80': {
    kind: 'http',
    host: '2001:db8::1',
    port: 80,
    login: { user: 'u', password: 'word-of-p' },
  },
  'http://proxy:3128': { kind: 'http', host: 'proxy', port: 3128 },
  [`mtproxy://${HEX}@h:443`]: { kind: 'mtproxy', host: 'h', port: 443, secret, cover: 'none' },
  [`mtproxy://dd${HEX.toUpperCase()}@h:443`]: {
    kind: 'mtproxy',
    host: 'h',
    port: 443,
    secret,
    cover: 'padding',
  },
  [`mtproxy://${marked(0xee, 'www.example.org').toString('hex')}@h:443`]: {
    kind: 'mtproxy',
    host: 'h',
    port: 443,
    secret,
    cover: 'tls',
    domain: 'www.example.org',
  },
  [`mtproxy://${marked(0xee, 'a.b').toString('base64url')}@h:443`]: {
    kind: 'mtproxy',
    host: 'h',
    port: 443,
    secret,
    cover: 'tls',
    domain: 'a.b',
  },
  [`mtproxy://${marked(0xdd).toString('base64url')}@h:443`]: {
    kind: 'mtproxy',
    host: 'h',
    port: 443,
    secret,
    cover: 'padding',
  },
  [`mtproxy://${secret.toString('base64')}@h:443`]: {
    kind: 'mtproxy',
    host: 'h',
    port: 443,
    secret,
    cover: 'none',
  },
  [`tg://proxy?server=h&port=443&secret=${HEX}`]: {
    kind: 'mtproxy',
    host: 'h',
    port: 443,
    secret,
    cover: 'none',
  },
  [`tg:proxy?port=443&secret=dd${HEX}&server=h`]: {
    kind: 'mtproxy',
    host: 'h',
    port: 443,
    secret,
    cover: 'padding',
  },
  [`https://t.me/proxy?server=h&port=443&secret=${marked(0xee, 'a.b').toString('base64url')}`]: {
    kind: 'mtproxy',
    host: 'h',
    port: 443,
    secret,
    cover: 'tls',
    domain: 'a.b',
  },
  [`t.me/proxy?server=h&port=443&secret=${encodeURIComponent(secret.toString('base64'))}`]: {
    kind: 'mtproxy',
    host: 'h',
    port: 443,
    secret,
    cover: 'none',
  },
  'https://t.me/socks?server=h&port=1080': { kind: 'socks5', host: 'h', port: 1080 },
  'https://telegram.me/socks?server=h&port=1080&user=u&pass=p%20w': {
    kind: 'socks5',
    host: 'h',
    port: 1080,
    login: { user: 'u', password: 'p w' },
  },
  'tg://socks?server=h&port=1080&user=u&pass=word-of-p': {
    kind: 'socks5',
    host: 'h',
    port: 1080,
    login: { user: 'u', password: 'word-of-p' },
  },
};

for (const [text, expected] of Object.entries(GOOD)) {
  test(`TG_PROXY=${text} is understood`, () => assert.deepEqual(read(text).proxy, expected));
}

test('base64 may contain a plus sign, which a link may leave unescaped', () => {
  const plus = Buffer.from(`${'fbefbe'.repeat(5)}fb`, 'hex');
  assert.ok(plus.toString('base64').includes('+'));
  const { proxy } = read(`tg://proxy?server=h&port=443&secret=${plus.toString('base64')}`);
  assert.ok(proxy?.kind === 'mtproxy' && proxy.secret.equals(plus));
});

test('bad forms are refused before any work, with the right form and without quoting the input', () => {
  const long = 'x'.repeat(256);
  const cases: readonly [string, RegExp][] = [
    ['proxy-mark:1080', /must be socks5:\/\/user:password@host:port, http:\/\/…?user/],
    ['ftp://marked:mark@h:1', /must be socks5:/],
    ['socks4://h:1', /must be socks5:/],
    ['https://h:1', /must be socks5:/],
    ['socks5://mark', /must be socks5:/],
    ['socks5://marked:mark@h', /must be socks5:/],
    ['socks5://marked:mark@h:0', /port from 1 to 65535/],
    ['socks5://marked:mark@h:65536', /port from 1 to 65535/],
    ['socks5://marked@h:1', /a user and a password/],
    ['socks5://:mark@h:1', /a user and a password/],
    [`socks5://marked:${long}@h:1`, /at most 255 bytes/],
    ['http://mark%3Aed:mark@h:1', /no colon|a user and a password/],
    ['socks5://marked:mark%zz@h:1', /%25/],
    ['mtproxy://h:443', /with its whole secret/],
    [`mtproxy://${HEX}mark@h:443`, /with its whole secret/],
    [`mtproxy://cc${HEX}@h:443`, /16 bytes, dd and 16 bytes, or ee, 16 bytes and a domain/],
    [`mtproxy://ee${HEX}@h:443`, /and a domain/],
    [`mtproxy://ee${HEX}${Buffer.from('m\nark').toString('hex')}@h:443`, /and a domain/],
    [`mtproxy://ee${HEX}${Buffer.from('m'.repeat(183)).toString('hex')}@h:443`, /and a domain/],
    [`tg://proxy?server=h&port=443`, /with its whole secret/],
    [`tg://proxy?port=443&secret=${HEX}`, /must be socks5:/],
    ['https://t.me/socks?server=h&port=mark', /port from 1 to 65535/],
    ['https://t.me/socks?server=h&port=1&pass=mark', /a user and a password/],
    ['https://t.me/durov', /must be socks5:/],
  ];
  for (const [text, words] of cases) {
    const { settings, problems } = inspectSettings({
      flags: {},
      environment: { TG_PROXY: text },
      workingDirectory: '/',
      envFile: '/dev/null',
    });
    const [problem] = problems;
    assert.ok(!settings && problem instanceof UsageError && problems.length === 1, text);
    assert.match(problem.message, words, text);
    assert.match(problem.message, /^TG_PROXY must be [^\n]+\.$/);
    assert.doesNotMatch(JSON.stringify([problem.message, problem.fields]), /mark|001122|xxxx/i, text);
  }
});

test('a proxy is shown by kind and address; its password, secret and login are secrets in every spelling', () => {
  for (const [text, expected] of Object.entries(GOOD)) {
    const settings = read(text);
    assert.equal(describeSettings(settings)['TG_PROXY'], 'set');
    const shown = proxyWords(expected);
    const hidden = secretsOf(settings);
    assert.ok(!hidden.some((word) => shown.includes(word)), shown);
    if (expected.kind === 'mtproxy') {
      assert.ok(hidden.includes(HEX) && hidden.includes(HEX.toUpperCase()));
      assert.ok(hidden.includes(secret.toString('base64url')));
      const given = /(?:secret=|:\/\/)([^@&]+)/.exec(text)?.[1] ?? '';
      if (/^mtproxy/.test(text))
        assert.ok(
          hidden.some((word) => word === given || given.includes(word)),
          given,
        );
    } else if (expected.login) {
      const basic = Buffer.from(`${expected.login.user}:${expected.login.password}`).toString('base64');
      assert.ok(hidden.includes(expected.login.password) && hidden.includes(basic));
    }
  }
  assert.equal(
    proxyWords(read('socks5h://me:secret@[::1]:9050').proxy as ProxyAddress),
    'SOCKS5 proxy at [::1]:9050',
  );
});
