import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Api } from 'telegram';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import type { CodeWay } from '../../lib/sandbox/world/code-way.js';
import { SANDBOX_APP } from '../../lib/sandbox/world/world.js';
import type { SentCode } from '../../lib/telegram/sent-code.js';
import { type SignInPrompts, signIn } from '../../lib/telegram/sign-in.js';
import { connectedClient, memorySessionStore } from '../support/client-of.js';

const sandbox = await startSandbox({ seed: 'sent codes' });
after(() => sandbox.close());
const { signal } = new AbortController();
let people = 0;

interface Login {
  readonly user: Promise<Api.User>;
  /** How the code came, each time it was requested. */
  readonly sent: SentCode[];
}

/** Signs in to a new account whose code is sent in `ways`, and types the answers one after another. */
function loginBy(ways: readonly CodeWay[], code: string, typed: readonly string[]): Login {
  people += 1;
  const phone = `9996623${String(people).padStart(4, '0')}`;
  sandbox.world.createUser({ phone, code, codeWays: ways, firstName: `Person ${people}` });
  const sent: SentCode[] = [];
  const answers = [...typed];
  const prompts: SignInPrompts = {
    phone: async () => `00 ${phone}`,
    code: async (way) => {
      sent.push(way);
      return answers.shift() ?? assert.fail('asked once too often');
    },
    password: async () => assert.fail('no password is due'),
    showQr: () => assert.fail('no QR code was asked for'),
  };
  const run = async (): Promise<Api.User> => {
    const client = await connectedClient(sandbox, { session: memorySessionStore() });
    try {
      return await signIn(client, prompts, { ...SANDBOX_APP, method: 'code', signal });
    } finally {
      await client.close();
    }
  };
  return { user: run(), sent };
}

const WAYS: readonly (readonly [way: CodeWay, code: string, typed: string, sentence: RegExp])[] = [
  [{ kind: 'app' }, '12345', '12 345', /5 digits to your Telegram apps/],
  [{ kind: 'sms' }, '12345', ' 12-345 ', /5 digits by SMS/],
  [{ kind: 'call' }, '12345', '1 2 3\u20134\u00a05', /calls your phone and speaks a code of 5 digits/],
  [
    { kind: 'flash-call', pattern: '+7999*****12' },
    '79995551212',
    '+7 (999) 555-12-12',
    /the caller's whole number, \+7999\*{5}12/,
  ],
  [
    { kind: 'missed-call', prefix: '+7 999' },
    '51212',
    '5-12 12',
    /the last 5 digits of the caller's number, which begins with \+7 999/,
  ],
  [{ kind: 'missed-call', prefix: '+7 999' }, '51212', '+7 999 555 12 12', /the last 5 digits/],
  [
    { kind: 'fragment', url: 'https://fragment.com/login/x' },
    '12345',
    '12345',
    /on Fragment: https:\/\/fragment\.com\/login\/x/,
  ],
  [
    { kind: 'email', pattern: 'a***n@example.org' },
    '123456',
    '123 456',
    /by e-mail to a\*\*\*n@example\.org/,
  ],
  [{ kind: 'word', beginning: 'se' }, 'sesame', ' sesame ', /secret word that begins with "se"/],
  [{ kind: 'word' }, 'well-known', 'well-known', /a secret word: the word is the code/],
  [{ kind: 'phrase', beginning: 'open' }, 'open well-known door', 'open  well-known\tdoor', /secret phrase/],
];

for (const [way, code, typed, sentence] of WAYS) {
  test(`a code sent by ${way.kind} and typed as ${JSON.stringify(typed)} is accepted`, async () => {
    const { user, sent } = loginBy([way], code, [typed]);
    assert.ok((await user) instanceof Api.User);
    assert.deepEqual(
      sent.map(({ by }) => by),
      [way.kind],
    );
    assert.match(sent[0]?.sentence ?? '', sentence);
  });
}

test('after a wrong code by e-mail the code is requested again, like any other', async () => {
  const way: CodeWay = { kind: 'email', pattern: 'a***@b' };
  const { user, sent } = loginBy([way], '123456', ['123457', '123456']);
  await user;
  assert.equal(sent.length, 2);
  await assert.rejects(loginBy([way], '123456', ['1', '2', '3']).user, { errorMessage: 'CODE_INVALID' });
});

test('if a login e-mail is required, the user is pointed to the QR code, and no code is requested', async () => {
  const { user, sent } = loginBy([{ kind: 'email-required' }], '12345', []);
  await assert.rejects(user, { code: 'LOGIN_EMAIL_DUE', message: /login e-mail.*`telepi login --qr`\.$/ });
  assert.deepEqual(sent, []);
});

test('a code that only official apps receive is sent in the next way; without one, the error says what to do', async () => {
  const { user, sent } = loginBy([{ kind: 'firebase' }, { kind: 'sms' }], '12345', ['12345']);
  await user;
  assert.deepEqual(
    sent.map(({ by }) => by),
    ['sms'],
  );
  const stuck = loginBy([{ kind: 'firebase' }], '12345', ['12345', '12345', '12345']);
  await assert.rejects(stuck.user, { errorMessage: 'PHONE_CODE_INVALID' });
  assert.match(stuck.sent[0]?.sentence ?? '', /its own apps only.*`telepi login --qr`/);
});

test('if a payment is required before the code, the user is pointed to the QR code', async () => {
  const { user } = loginBy([{ kind: 'payment' }], '12345', []);
  await assert.rejects(user, { code: 'SENT_CODE', message: /payment.*`telepi login --qr`\.$/ });
});

test('a number without its country code is refused before Telegram is asked, and not quoted', async () => {
  const client = await connectedClient(sandbox, { session: memorySessionStore() });
  const before = sandbox.weather.report().requests['auth.SendCode'];
  try {
    for (const phone of ['0170 5550143', 'my number']) {
      const prompts = { phone: async () => phone, code: async () => '', password: async () => '' };
      const login = signIn(client, prompts, { ...SANDBOX_APP, method: 'code', signal });
      await assert.rejects(login, (error: Error & { code?: string }) => {
        return (
          error.code === 'BAD_PHONE' && /country code/.test(error.message) && !error.message.includes(phone)
        );
      });
    }
  } finally {
    await client.close();
  }
  assert.equal(sandbox.weather.report().requests['auth.SendCode'], before);
});
