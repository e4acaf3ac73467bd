import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Api } from 'telegram';
import { NotSignedInError, UsageError } from '../../lib/base/errors.js';
import { CALLS, type ErrorRule } from '../../lib/refusals/rule.js';
import { ERROR_TABLE } from '../../lib/refusals/table.js';
import { TelegramError } from '../../lib/refusals/telegram-error.js';
import type { StoredFile } from '../../lib/sandbox/files/stored-file.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import type { ScriptHandle } from '../../lib/sandbox/weather/script.js';
import { SANDBOX_APP } from '../../lib/sandbox/world/world.js';
import type { TelepiClient } from '../../lib/telegram/client.js';
import { toLong } from '../../lib/telegram/long.js';
import { currentUser, type SignInPrompts, signIn } from '../../lib/telegram/sign-in.js';
import { connectedClient, memorySessionStore } from '../support/client-of.js';
import { repositoryRoot } from '../support/paths.js';

/**
 * The lines of the table of errors that a login or a connection meets; the others are in
 * test/clone/clone-errors.test.ts.
 */
const rules = Object.values(ERROR_TABLE).flat();
const published = JSON.parse(
  readFileSync(join(repositoryRoot, 'test/refusals/published-errors.json'), 'utf8'),
) as Readonly<Record<string, readonly string[]>>;

const sandbox = await startSandbox({ seed: 'login errors' });
const { world, weather } = sandbox;
const ann = world.createUser({ phone: '99966210001', code: '12345', firstName: 'Ann' });
const ben = world.createUser({ phone: '99966210002', code: '54321', firstName: 'Ben', password: 'olé 🔑' });
const cat = world.createUser({
  phone: '99966210003',
  code: '13579',
  codeWays: [{ kind: 'firebase' }, { kind: 'sms' }],
  firstName: 'Cat',
});
const bot = world.createBot({ firstName: 'Bot', tokenSecret: 'secret-of-the-bot' });
const { signal } = new AbortController();
after(() => sandbox.close());

const wireOf = ({ name }: ErrorRule): string => name.replaceAll('*', 'NEW').replaceAll('_X', '_1');

function strike(method: string, { code }: ErrorRule, wire: string, times = 1): ScriptHandle {
  const [room = '', name = ''] = method.split('.');
  return weather.script({
    method: `${room}.${name[0]?.toUpperCase()}${name.slice(1)}`,
    times,
    fate: { kind: 'refuse', error: new RpcError(code, wire) },
  });
}

/**
 * Ben has a password, Ann has none, Cat's code must be requested twice; a QR code is scanned as soon as it is shown.
 */
async function signInBy(client: TelepiClient, method: string): Promise<number> {
  const other = method.includes('Bot') ? 'bot' : 'qr';
  const way = /Bot|LoginToken/.test(method) ? other : 'code';
  const alone = method === 'auth.resendCode' ? cat : ann;
  const who = /[pP]assword/.test(method) ? ben : alone;
  const prompts: SignInPrompts = {
    phone: async () => who.phone ?? '',
    code: async () => who.code,
    password: async () => 'olé 🔑',
    showQr: (link) => sandbox.acceptLogin(Buffer.from(link.slice(17), 'base64url'), ann.id),
  };
  return Number(
    (
      await signIn(client, prompts, {
        ...SANDBOX_APP,
        method: way,
        botToken: bot.botToken ?? '',
        signal,
      })
    ).id,
  );
}

async function readAll(client: TelepiClient, file: StoredFile): Promise<void> {
  const location = new Api.InputDocumentFileLocation({
    id: toLong(file.id),
    accessHash: toLong(file.accessHash),
    fileReference: sandbox.files.referenceFor(file, 'a test'),
    thumbSize: '',
  });
  for await (const _ of client.iterDownload(location, { dcId: file.dcId, size: file.size, signal }));
}

/** The first call of a login for which Telegram lists the error. */
function methodOf(name: string): string {
  // For a code by e-mail, nothing is published.
  if (/^(EMAIL_)?CODE_INVALID$/.test(name)) return 'auth.signIn';
  const listed = CALLS.login.find((method) => published[method]?.includes(name));
  // A code of another DC is finished there: auth.importLoginToken comes only with an account of another DC.
  return listed === undefined || listed === 'auth.importLoginToken' ? 'auth.sendCode' : listed;
}

for (const rule of rules.filter(({ on }) => on === 'login')) {
  test(`${rule.name}: ${rule.action}`, async () => {
    const store = memorySessionStore();
    const client = await connectedClient(sandbox, { session: store });
    try {
      const method = methodOf(rule.name);
      const fault = strike(method, rule, wireOf(rule));
      const login = signInBy(client, method);
      if (rule.action === 'ask') {
        assert.ok((await login) > 0, 'the second answer is as good as the first');
      } else {
        await assert.rejects(login, (error) => {
          assert.ok(
            error instanceof (rule.action === 'settings' ? UsageError : TelegramError),
            String(error),
          );
          assert.equal(error.fields['refusal'], wireOf(rule));
          assert.equal(error.exitStatus, rule.action === 'settings' ? 2 : 1);
          return error.message.startsWith(rule.sentence);
        });
        assert.equal(store.text, undefined, 'nothing is stored');
      }
      assert.ok(fault.done, 'the error was met');
    } finally {
      await client.close();
    }
  });
}

for (const rule of rules.filter(({ on, action }) => on === 'any' && action === 'migrate')) {
  test(`${rule.name}: the login continues at the DC that it names`, async () => {
    const [, second] = sandbox.dcs;
    assert.ok(second);
    const server = { ...sandbox.server, dcId: second.id, host: second.host, port: second.port };
    const client = await connectedClient({ server });
    try {
      const fault = strike('auth.sendCode', rule, wireOf(rule));
      assert.equal(await signInBy(client, 'auth.sendCode'), ann.id);
      assert.ok(fault.done);
      assert.equal(client.homeDcId, 1);
    } finally {
      await client.close();
    }
  });
}

for (const rule of rules.filter(({ on }) => on === 'connect')) {
  const carrying = ['AUTH_BYTES_INVALID', 'DC_ID_INVALID'].includes(rule.name);
  test(`${rule.name}: ${carrying ? 'a file of another DC is not read' : 'there is no connection'}`, async () => {
    const refused = (error: unknown): boolean =>
      error instanceof (rule.action === 'settings' ? UsageError : TelegramError) &&
      error.fields['refusal'] === wireOf(rule) &&
      error.message.startsWith(rule.sentence);
    if (!carrying) {
      const fault = strike('help.getConfig', rule, wireOf(rule));
      await assert.rejects(connectedClient(sandbox), refused);
      assert.ok(fault.done);
      return;
    }
    const client = await connectedClient(sandbox);
    try {
      await signInBy(client, 'auth.sendCode');
      const method = rule.name === 'DC_ID_INVALID' ? 'auth.exportAuthorization' : 'auth.importAuthorization';
      const fault = strike(method, rule, wireOf(rule), 20);
      const file = sandbox.files.add({
        kind: 'document',
        dcId: 2,
        size: 10,
        mimeType: 'text/plain',
        attributes: [],
      });
      await assert.rejects(readAll(client, file), refused);
      fault.cancel();
    } finally {
      await client.close();
    }
  });
}

test("a login that was left before its password starts again, and doesn't count as a signed-in session", async () => {
  const client = await connectedClient(sandbox);
  try {
    const left = signIn(
      client,
      {
        phone: async () => ben.phone ?? '',
        code: async () => ben.code,
        password: async () => {
          throw new Error('left');
        },
      },
      { ...SANDBOX_APP, method: 'code', signal },
    );
    await assert.rejects(left, /left/);
    await assert.rejects(currentUser(client, signal), (error) => {
      return error instanceof NotSignedInError && /two-step password is still missing/.test(error.message);
    });
    assert.equal(await signInBy(client, 'auth.sendCode'), ann.id);
  } finally {
    await client.close();
  }
});
