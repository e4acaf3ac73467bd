import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Api } from 'telegram';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import { SANDBOX_APP } from '../../lib/sandbox/world/world.js';
import type { TelepiClient } from '../../lib/telegram/client.js';
import { currentUser, type SignInPrompts, signIn, signOut } from '../../lib/telegram/sign-in.js';
import { connectedClient, memorySessionStore } from '../support/client-of.js';

const sandbox = await startSandbox({ seed: 'sign-in' });
after(() => sandbox.close());
const { world } = sandbox;
const ann = world.createUser({ phone: '99966210001', code: '12345', firstName: 'Ann' });
const ben = world.createUser({ phone: '99966210002', code: '54321', firstName: 'Ben', password: 'olé 🔑' });
const { signal } = new AbortController();

/** Answers each prompt from its list, in order, and counts. */
function prompts(answers: {
  phone?: string[];
  code?: string[];
  password?: readonly string[];
}): SignInPrompts & {
  asked: string[];
} {
  const asked: string[] = [];
  const next = (kind: 'phone' | 'code' | 'password'): (() => Promise<string>) => {
    const list = [...(answers[kind] ?? [])];
    return async () => {
      asked.push(kind);
      const answer = list.shift();
      if (answer === undefined) throw new Error(`no ${kind} left`);
      return answer;
    };
  };
  return { asked, phone: next('phone'), code: next('code'), password: next('password') };
}

async function withClient(run: (client: TelepiClient, store: { text: string | undefined }) => Promise<void>) {
  const store = memorySessionStore();
  const client = await connectedClient(sandbox, { session: store });
  try {
    await run(client, store);
  } finally {
    await client.close();
  }
}

const byCode = { ...SANDBOX_APP, method: 'code', signal } as const;

test('sign-in works by phone and code, with a wrong code first; the session is stored', async () => {
  await withClient(async (client, store) => {
    const ask = prompts({ phone: ['+999 66-21 (0001)'], code: ['00000', ' 12345 '] });
    assert.equal(Number((await signIn(client, ask, byCode)).id), ann.id);
    assert.deepEqual(ask.asked, ['phone', 'code', 'code']);
    assert.ok(store.text?.startsWith('1'));
    await signOut(client, signal);
    assert.equal(store.text, undefined);
  });
});

test('the two-step password is requested again when it is wrong', async () => {
  await withClient(async (client) => {
    const ask = prompts({ phone: ['99966210002'], code: ['54321'], password: ['ole', 'olé 🔑'] });
    assert.equal(Number((await signIn(client, ask, byCode)).id), ben.id);
    assert.deepEqual(ask.asked, ['phone', 'code', 'password', 'password']);
    assert.equal((await currentUser(client, signal)).firstName, 'Ben');
  });
});

test('three wrong answers end the sign-in, and nothing is stored', async () => {
  await withClient(async (client, store) => {
    const codes = prompts({ phone: ['99966210001'], code: ['1', '2', '3', '4'] });
    await assert.rejects(signIn(client, codes, byCode), { errorMessage: 'PHONE_CODE_INVALID' });
    const words = prompts({ phone: ['99966210002'], code: ['54321'], password: ['1', '2', '3', '4'] });
    await assert.rejects(signIn(client, words, byCode), { errorMessage: 'PASSWORD_HASH_INVALID' });
    const nobody = prompts({ phone: ['9990012'], code: [] });
    await assert.rejects(signIn(client, nobody, byCode), { errorMessage: /^PHONE_NUMBER_/ });
    const stopped = prompts({ phone: ['99966210001'], code: [] });
    await assert.rejects(signIn(client, stopped, byCode), /no code left/);
    assert.equal(store.text, undefined);
  });
});

test('a bot signs in by its token; a wrong token is refused with a sentence', async () => {
  const bot = world.createBot({ firstName: 'Robot', username: 'robot_bot' });
  await withClient(async (client) => {
    const byToken = { ...SANDBOX_APP, method: 'bot', signal } as const;
    await assert.rejects(signIn(client, prompts({}), { ...byToken, botToken: '77:wrong' }), /@BotFather/);
    await assert.rejects(signIn(client, prompts({}), byToken), { code: 'BOT_TOKEN' });
    const user: Api.User = await signIn(client, prompts({}), { ...byToken, botToken: bot.botToken ?? '' });
    assert.equal(user.bot, true);
  });
});

test('by QR code, a new code is shown until one is accepted, then the password is requested', async () => {
  for (const [account, password] of [
    [ann, []],
    [ben, ['olé 🔑']],
  ] as const) {
    await withClient(async (client, store) => {
      const links: string[] = [];
      const ask = {
        ...prompts({ password: [...password] }),
        showQr: (link: string) => {
          links.push(link);
          const token = Buffer.from(link.replace('tg://login?token=', ''), 'base64url');
          setImmediate(() => sandbox.acceptLogin(token, account.id));
        },
      };
      const user = await signIn(client, ask, { ...SANDBOX_APP, method: 'qr', signal });
      assert.equal(Number(user.id), account.id);
      assert.ok(links.length >= 1 && store.text);
    });
  }
});

test('if nobody scans, an abort ends the wait and leaves no listener', async () => {
  await withClient(async (client) => {
    const stop = new AbortController();
    const ask = { ...prompts({}), showQr: () => setImmediate(() => stop.abort(new Error('enough'))) };
    await assert.rejects(
      signIn(client, ask, { ...SANDBOX_APP, method: 'qr', signal: stop.signal }),
      /enough/,
    );
  });
});

test('for an account of another DC, the client moves there, and the session names that DC', async () => {
  const away = await startSandbox({ seed: 'away', dcs: [2, 1] });
  const eve = away.world.createUser({ phone: '99966220001', code: '22222', firstName: 'Eve' });
  const first = away.dcs.find(({ id }) => id === 1);
  assert.ok(first);
  const server = { ...away.server, dcId: first.id, host: first.host, port: first.port };
  try {
    for (const method of ['code', 'qr'] as const) {
      const session = memorySessionStore();
      const client = await connectedClient({ server }, { session });
      const ask = {
        ...prompts({ phone: ['99966220001'], code: ['22222'] }),
        showQr: (link: string) => away.acceptLogin(Buffer.from(link.slice(17), 'base64url'), eve.id),
      };
      assert.equal(Number((await signIn(client, ask, { ...SANDBOX_APP, method, signal })).id), eve.id);
      assert.equal(client.homeDcId, 2);
      await client.close();
      const again = await connectedClient({ server }, { session });
      assert.equal(Number((await currentUser(again, signal)).id), eve.id);
      await again.close();
    }
  } finally {
    await away.close();
  }
});
