import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { systemClock } from '../../../lib/base/clock.js';
import type { MtProxy, ProxyAddress, TcpProxy } from '../../../lib/base/proxy-address.js';
import { seededRandom } from '../../../lib/base/random.js';
import { ProxyError } from '../../../lib/mtproto/proxy/errors.js';
import { FakeTlsPassage } from '../../../lib/mtproto/proxy/fake-tls.js';
import type { Passage, Target } from '../../../lib/mtproto/proxy/passage.js';
import { routeThrough } from '../../../lib/mtproto/proxy/route.js';
import { record, recordsIn, serverHello, timeInHello } from '../../support/mtproxy-end.js';

const place = { host: 'proxy.example', port: 1080 } as const;
const login = { user: 'usér', password: 'pass word' } as const;
const socks: TcpProxy = { kind: 'socks5', ...place };
const http: TcpProxy = { kind: 'http', ...place };
const secret = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
const tls: MtProxy = { kind: 'mtproxy', ...place, secret, cover: 'tls', domain: 'www.example.org' };
/** A hello has the time in it. */
const clock = { ...systemClock, now: () => 1_790_000_000_123 };
const REST = Buffer.from('what the server says');

function passageTo(
  address: ProxyAddress,
  { host, port }: Target = { host: '149.154.167.50', port: 443 },
): Passage {
  const through = { address, testDc: false, clock, random: seededRandom('passage') };
  const { passage } = routeThrough(through, { host, port, dcId: 2 });
  assert.ok(passage);
  return passage;
}

/** What a passage sends after each answer, which comes in the given pieces; REST comes with the last one. */
function talk(
  passage: Passage,
  answers: readonly Buffer[],
  cut: (bytes: Buffer) => readonly Buffer[],
): { readonly said: readonly string[]; readonly rest: string | undefined } {
  const said = [passage.begin().toString('hex')];
  let rest: Buffer | undefined;
  for (const [index, answer] of answers.entries()) {
    const last = index === answers.length - 1;
    for (const piece of cut(last ? Buffer.concat([answer, REST]) : answer)) {
      // Once there is a way through, bytes are the server's: a socket hands none of them to the passage.
      if (rest) rest = Buffer.concat([rest, piece]);
      else {
        const step = passage.take(piece);
        if (step.send) said.push(step.send.toString('hex'));
        rest = step.rest && Buffer.from(step.rest);
      }
      // A socket uses its memory again.
      piece.fill(0xee);
    }
  }
  return { said, rest: rest?.toString() };
}

const whole = (bytes: Buffer): readonly Buffer[] => [Buffer.from(bytes)];
const bytewise = (bytes: Buffer): readonly Buffer[] => [...bytes].map((byte) => Buffer.of(byte));
const at =
  (cut: number) =>
  (bytes: Buffer): readonly Buffer[] =>
    cut < bytes.length
      ? [Buffer.from(bytes.subarray(0, cut)), Buffer.from(bytes.subarray(cut))]
      : whole(bytes);

/** A dialogue that succeeds has the same result wherever its answers are split. */
function sameWhereverCut(
  start: () => Passage,
  answersTo: (hello: Buffer) => readonly Buffer[],
): readonly string[] {
  const answers = answersTo(start().begin());
  const { said, rest } = talk(start(), answers, whole);
  assert.equal(rest, REST.toString());
  assert.deepEqual(talk(start(), answers, bytewise), { said, rest });
  const longest = Math.max(...answers.map(({ length }) => length)) + REST.length;
  for (let cut = 1; cut < longest; cut += 1)
    assert.deepEqual(talk(start(), answers, at(cut)), { said, rest });
  return said;
}

function faultOf(passage: Passage, ...answers: readonly Buffer[]): ProxyError {
  passage.begin();
  try {
    for (const answer of answers) passage.take(answer);
  } catch (error) {
    assert.ok(error instanceof ProxyError, String(error));
    assert.match(error.message, /^The [^\n]+: [^\n]+\.$/, 'one sentence that says what to do');
    assert.doesNotMatch(JSON.stringify([error.message, error.fields]), /pass word|usér|00112233/);
    return error;
  }
  return assert.fail('nothing was refused');
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const CONNECTED = hex('05 00 00 01 7f000001 1f90');

test('SOCKS5 without a login follows RFC 1928 byte by byte, and sends the address as it is', () => {
  const said = sameWhereverCut(
    () => passageTo(socks),
    () => [hex('0500'), CONNECTED],
  );
  assert.deepEqual(said, ['050100', '05010001959aa73201bb']);
});

test('SOCKS5 with a login follows RFC 1929, also at a proxy that needs none', () => {
  const withLogin: TcpProxy = { ...socks, login };
  const said = sameWhereverCut(
    () => passageTo(withLogin),
    () => [hex('0502'), hex('0100'), CONNECTED],
  );
  assert.deepEqual(said.slice(0, 2), ['05020002', '01057573c3a972097061737320776f7264']);
  const without = sameWhereverCut(
    () => passageTo(withLogin),
    () => [hex('0500'), CONNECTED],
  );
  assert.equal(without.length, 2);
});

test('SOCKS5 leaves names to the proxy and sends an IPv6 address in 16 bytes; the answer may contain either', () => {
  const request = (host: string, answer: string): string | undefined =>
    sameWhereverCut(
      () => passageTo(socks, { host, port: 443 }),
      () => [hex('0500'), hex(answer)],
    )[1];
  const name = Buffer.from('dc2.example').toString('hex');
  assert.equal(request('dc2.example', `05000003 04 61626364 0050`), `050100030b${name}01bb`);
  const ipv6 = '2001067c04e8f002000000000000000a';
  assert.equal(request('2001:67c:4e8:f002::a', `05000004 ${ipv6} 0050`), `05010004${ipv6}01bb`);
  assert.equal(
    request('::ffff:127.0.0.1', '05000003 00 0050'),
    `0501000400000000000000000000ffff7f00000101bb`,
  );
  assert.equal(request('::', '05000001 00000000 0000'), `05010004${'00'.repeat(16)}01bb`);
  assert.equal(
    request('1:2:3:4:5:6:7:8', '05000001 00000000 0000'),
    '0501000400010002000300040005000600070008' + '01bb',
  );
});

test('SOCKS5 has an error with what to do for each kind of refusal', () => {
  const withLogin: TcpProxy = { ...socks, login };
  const cases: readonly [ProxyAddress, readonly string[], string, RegExp][] = [
    [
      socks,
      ['05ff'],
      'PROXY_LOGIN',
      /asks for a login: put it into TG_PROXY, as socks5:\/\/user:password@host:port/,
    ],
    [withLogin, ['05ff'], 'PROXY_LOGIN', /refuses the login: check user and password/],
    [withLogin, ['0502', '0101'], 'PROXY_LOGIN', /refuses the login/],
    [socks, ['0502'], 'PROXY_KIND', /it chose the method 2/],
    [socks, ['485454502f'], 'PROXY_KIND', /its first byte is 72/],
    [
      socks,
      ['0500', '0502'],
      'PROXY_REFUSED',
      /does not connect to 149\.154\.167\.50:443 \(its rules forbid it\)/,
    ],
    [socks, ['0500', '05050001'], 'PROXY_REFUSED', /nothing listens there/],
    [socks, ['0500', '05f0'], 'PROXY_REFUSED', /reply 240/],
    [socks, ['0500', '05000007'], 'PROXY_KIND', /an address of kind 7/],
    [socks, ['0500', '04'], 'PROXY_KIND', /its first byte is 4/],
  ];
  for (const [proxy, answers, code, words] of cases) {
    const fault = faultOf(passageTo(proxy), ...answers.map(hex));
    assert.equal(fault.code, code, answers.join(' '));
    assert.match(fault.message, words);
    assert.match(fault.message, /^The SOCKS5 proxy at proxy\.example:1080 /);
  }
});

test("CONNECT sends the request with or without a Basic login, drops the answer's head and keeps the rest", () => {
  const answers = [
    'HTTP/1.1 200 Connection established\r\n\r\n',
    'HTTP/1.0 200\r\nVia: x\r\nProxy-Agent: y\r\n\r\n',
    'HTTP/1.1 204 ok\n\n',
  ];
  for (const answer of answers) {
    const said = sameWhereverCut(
      () => passageTo(http),
      () => [Buffer.from(answer)],
    );
    const request = 'CONNECT 149.154.167.50:443 HTTP/1.1\r\nHost: 149.154.167.50:443\r\n\r\n';
    assert.deepEqual(said, [Buffer.from(request).toString('hex')]);
  }
  const asked = passageTo({ ...http, login }, { host: '2001:db8::1', port: 443 })
    .begin()
    .toString();
  const basic = Buffer.from('usér:pass word').toString('base64');
  assert.ok(asked.startsWith('CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\n'), asked);
  assert.ok(asked.endsWith(`Proxy-Authorization: Basic ${basic}\r\n\r\n`), asked);
});

test('CONNECT has an error with what to do for each kind of refusal', () => {
  const cases: readonly [ProxyAddress, string, string, RegExp][] = [
    [
      http,
      'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n',
      'PROXY_LOGIN',
      /as http:\/\/user:password@host:port/,
    ],
    [{ ...http, login }, 'HTTP/1.1 407 x\r\n\r\n', 'PROXY_LOGIN', /refuses the login/],
    [{ ...http, login }, 'HTTP/1.0 401 Unauthorized\r\n\r\n', 'PROXY_LOGIN', /refuses the login/],
    [http, 'HTTP/1.1 403 Forbidden (by rule)\r\n\r\n', 'PROXY_REFUSED', /\(403 Forbidden by rule\)/],
    [http, 'HTTP/1.1 503\r\n\r\n', 'PROXY_REFUSED', /\(503\)/],
    [http, '\x05\xff', 'PROXY_KIND', /does not speak HTTP\/1/],
    [http, 'HTTP/2 200\r\n\r\n', 'PROXY_KIND', /does not speak HTTP\/1/],
    [http, 'HTTP/1.1 yes\r\n\r\n', 'PROXY_KIND', /no status line/],
    [http, `HTTP/1.1 200 ok\r\n${'x: y\r\n'.repeat(4000)}`, 'PROXY_KIND', /more than 16384 bytes/],
  ];
  for (const [proxy, answer, code, words] of cases) {
    const fault = faultOf(passageTo(proxy), Buffer.from(answer, 'latin1'));
    assert.equal(fault.code, code, answer.slice(0, 40));
    assert.match(fault.message, words);
  }
});

test('fake TLS sends a hello of 517 bytes that proves the secret and the time, for domains of any length', () => {
  for (const domain of ['a', 'www.example.org', 'x'.repeat(182)]) {
    const hello = new FakeTlsPassage({ ...tls, domain }, { clock, random: seededRandom(domain) }).begin();
    assert.equal(hello.length, 517);
    assert.equal(hello.toString('hex', 0, 11), '1603010200010001fc0303');
    assert.equal(timeInHello(hello, secret), 1_790_000_000);
    assert.equal(timeInHello(hello, Buffer.alloc(16)), undefined);
    assert.ok(hello.includes(domain));
  }
});

test('fake TLS opens the way for an answer that proves the secret, wherever it is split', () => {
  for (const dataBytes of [0, 300, 4000]) {
    const said = sameWhereverCut(
      () => passageTo(tls),
      (hello) => [serverHello(hello, secret, dataBytes)],
    );
    assert.equal(said.length, 1, 'nothing is said before the answer');
  }
});

test('fake TLS distinguishes a web server, an alert, a replayed answer and no TLS at all from a proxy', () => {
  const hello = passageTo(tls).begin();
  const good = serverHello(hello, secret);
  const changed = Buffer.from(good);
  changed.writeUInt8(changed.readUInt8(good.length - 1) ^ 1, good.length - 1);
  const [first] = recordsIn(good);
  assert.ok(first);
  const cases: readonly [Buffer, string][] = [
    [serverHello(hello, Buffer.alloc(16, 7)), 'PROXY_LOGIN'],
    [changed, 'PROXY_LOGIN'],
    [serverHello(Buffer.alloc(517, 1), secret), 'PROXY_LOGIN'],
    [record(0x15, Buffer.of(2, 70)), 'PROXY_LOGIN'],
    [Buffer.concat([record(0x16, first.content), record(0x16, Buffer.alloc(40))]), 'PROXY_LOGIN'],
    [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 'PROXY_KIND'],
    [Buffer.of(5, 0xff), 'PROXY_KIND'],
    [
      Buffer.concat([record(0x16, Buffer.of(1)), record(0x14, Buffer.of(1)), record(0x17, Buffer.of(1))]),
      'PROXY_KIND',
    ],
  ];
  for (const [answer, code] of cases) {
    const fault = faultOf(passageTo(tls), answer);
    assert.equal(fault.code, code, answer.toString('hex', 0, 20));
    assert.match(fault.message, /^The MTProxy at proxy\.example:1080 /);
  }
});

test('whatever comes, a passage accepts it, waits for more or throws a ProxyError', () => {
  const addresses: readonly ProxyAddress[] = [socks, { ...socks, login }, http, tls];
  const starts = [
    '',
    '05',
    '0500',
    '050005000003',
    '0502',
    '05020100',
    '160303',
    '1603030004',
    '485454502f312e31',
  ];
  const piece = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(...starts.map(hex)));
  fc.assert(
    fc.property(fc.constantFrom(...addresses), fc.array(piece, { maxLength: 8 }), (address, pieces) => {
      const passage = passageTo(address);
      passage.begin();
      try {
        for (const bytes of pieces) if (passage.take(Buffer.from(bytes)).rest) return;
      } catch (error) {
        assert.ok(error instanceof ProxyError, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});
