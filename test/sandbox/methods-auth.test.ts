import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Api, type TelegramClient } from 'telegram';
import { computeCheck } from 'telegram/Password.js';
import { type Sandbox, startSandbox } from '../../lib/sandbox/sandbox.js';
import { SANDBOX_APP } from '../../lib/sandbox/world/world.js';
import { libraryClient } from '../support/library-client.js';
import { ShiftedClock } from '../support/shifted-clock.js';
import { refused } from '../support/signed-in-client.js';

const PHONE = '+999 66 00001';
const SECURED = '+999 66 00002';
const clock = new ShiftedClock();
let sandbox: Sandbox;
const open: TelegramClient[] = [];

before(async () => {
  sandbox = await startSandbox({ seed: 'auth', clock });
  const { world } = sandbox;
  world.createUser({ phone: PHONE, code: '11111', firstName: 'Ann' });
  world.createUser({
    phone: SECURED,
    code: '22222',
    firstName: 'Bob',
    password: 'pa$$wörd',
    passwordHint: 'cash',
  });
  world.createUser({ phone: '+999 66 00003', firstName: 'Eve', banned: true });
  world.createUser({ phone: '+999 66 00004', firstName: 'Far', dcId: 2, code: '44444' });
});
after(async () => {
  for (const client of open) await client.disconnect();
  await sandbox.close();
});

async function stranger(): Promise<TelegramClient> {
  const client = libraryClient(sandbox.server);
  open.push(client);
  await client.connect();
  return client;
}

function sendCode(
  client: TelegramClient,
  phoneNumber: string,
  app = SANDBOX_APP as { apiId: number; apiHash: string },
) {
  return client.invoke(new Api.auth.SendCode({ phoneNumber, ...app, settings: new Api.CodeSettings({}) }));
}

async function codeHash(client: TelegramClient, phone: string): Promise<string> {
  const sent = await sendCode(client, phone);
  assert.ok(sent instanceof Api.auth.SentCode);
  assert.ok(sent.type instanceof Api.auth.SentCodeTypeSms);
  return sent.phoneCodeHash;
}

async function signedIn(phone = PHONE, code = '11111'): Promise<TelegramClient> {
  const client = await stranger();
  const phoneCodeHash = await codeHash(client, phone);
  await client.invoke(new Api.auth.SignIn({ phoneNumber: phone, phoneCodeHash, phoneCode: code }));
  return client;
}

test('auth.sendCode refuses unknown apps and numbers, and redirects accounts of another DC', async () => {
  const client = await stranger();
  await refused(sendCode(client, PHONE, { apiId: 1, apiHash: SANDBOX_APP.apiHash }), 'API_ID_INVALID');
  await refused(sendCode(client, PHONE, { apiId: SANDBOX_APP.apiId, apiHash: 'wrong' }), 'API_ID_INVALID');
  await refused(sendCode(client, 'hello'), 'PHONE_NUMBER_INVALID');
  await refused(sendCode(client, '+999 66 99999'), 'PHONE_NUMBER_UNOCCUPIED');
  await refused(sendCode(client, '+999 66 00003'), 'PHONE_NUMBER_BANNED');
});

test('after PHONE_MIGRATE_X the library signs in on the other DC', async () => {
  const client = await stranger();
  await client.start({
    phoneNumber: '+999 66 00004',
    phoneCode: async () => '44444',
    onError: async (error) => {
      throw error;
    },
  });
  assert.equal((await client.getMe()).firstName, 'Far');
  assert.equal(client.session.dcId, 2);
  const { world } = sandbox;
  const far = world.accountByPhone('+999 66 00004');
  const told = new Promise<void>((resolve) => {
    client.addEventHandler((update: unknown) => {
      if (update instanceof Api.UpdateNewMessage) resolve();
    });
  });
  world.post({
    chat: far?.id ?? 0,
    from: world.createUser({ firstName: 'Friend' }).id,
    text: 'hello over there',
  });
  await told;
});

test('auth.signIn refuses a wrong, empty, foreign or late code', async () => {
  const client = await stranger();
  const phoneCodeHash = await codeHash(client, PHONE);
  const signIn = (phoneCode: string, hash = phoneCodeHash) =>
    client.invoke(new Api.auth.SignIn({ phoneNumber: PHONE, phoneCodeHash: hash, phoneCode }));
  await refused(signIn('99999'), 'PHONE_CODE_INVALID');
  await refused(signIn(''), 'PHONE_CODE_EMPTY');
  await refused(signIn('11111', 'abcdef'), 'PHONE_CODE_EXPIRED');
  clock.forward(5 * 60_000 + 1);
  await refused(signIn('11111'), 'PHONE_CODE_EXPIRED');
});

test('a resent code replaces the first; a cancelled one is useless', async () => {
  const client = await stranger();
  const first = await codeHash(client, PHONE);
  const resent = await client.invoke(new Api.auth.ResendCode({ phoneNumber: PHONE, phoneCodeHash: first }));
  assert.ok(resent instanceof Api.auth.SentCode);
  const signIn = (phoneCodeHash: string) =>
    client.invoke(new Api.auth.SignIn({ phoneNumber: PHONE, phoneCodeHash, phoneCode: '11111' }));
  await refused(signIn(first), 'PHONE_CODE_EXPIRED');
  await client.invoke(new Api.auth.CancelCode({ phoneNumber: PHONE, phoneCodeHash: resent.phoneCodeHash }));
  await refused(signIn(resent.phoneCodeHash), 'PHONE_CODE_EXPIRED');
});

test('two-step verification accepts the right password by SRP once, and no other', async () => {
  const client = await stranger();
  const phoneCodeHash = await codeHash(client, SECURED);
  const request = new Api.auth.SignIn({ phoneNumber: SECURED, phoneCodeHash, phoneCode: '22222' });
  await refused(client.invoke(request), 'SESSION_PASSWORD_NEEDED');
  await refused(client.invoke(new Api.updates.GetState()), 'SESSION_PASSWORD_NEEDED');
  const ask = () => client.invoke(new Api.account.GetPassword());
  const check = (password: Api.TypeInputCheckPasswordSRP) =>
    client.invoke(new Api.auth.CheckPassword({ password }));
  const question = await ask();
  assert.deepEqual([question.hasPassword, question.hint], [true, 'cash']);
  await refused(check(await computeCheck(question, 'password')), 'PASSWORD_HASH_INVALID');
  await refused(check(await computeCheck(question, 'pa$$wörd')), 'SRP_ID_INVALID');
  await refused(check(new Api.InputCheckPasswordEmpty()), 'PASSWORD_HASH_INVALID');
  const proof = await computeCheck(await ask(), 'pa$$wörd');
  const outOfRange = new Api.InputCheckPasswordSRP({
    srpId: proof.srpId,
    A: Buffer.alloc(256),
    M1: proof.M1,
  });
  await refused(check(outOfRange), 'PASSWORD_HASH_INVALID');
  const answer = await check(await computeCheck(await ask(), 'pa$$wörd'));
  assert.ok(answer instanceof Api.auth.Authorization);
  assert.equal((answer.user as Api.User).firstName, 'Bob');
  assert.ok((await client.invoke(new Api.updates.GetState())).pts > 0);
});

test('calls get AUTH_KEY_UNREGISTERED before sign-in and after auth.logOut', async () => {
  const client = await stranger();
  await refused(client.invoke(new Api.updates.GetState()), 'AUTH_KEY_UNREGISTERED');
  await refused(
    client.invoke(new Api.users.GetUsers({ id: [new Api.InputUserSelf()] })),
    'AUTH_KEY_UNREGISTERED',
  );
  const known = await signedIn();
  assert.ok((await known.invoke(new Api.auth.LogOut())) instanceof Api.auth.LoggedOut);
  await refused(known.invoke(new Api.updates.GetState()), 'AUTH_KEY_UNREGISTERED');
});

test("a bot signs in by its token and can't call methods for users", async () => {
  const bot = sandbox.world.createBot({ firstName: 'Robot' });
  const client = await stranger();
  const importBot = (botAuthToken: string) =>
    client.invoke(new Api.auth.ImportBotAuthorization({ flags: 0, ...SANDBOX_APP, botAuthToken }));
  await refused(importBot('123:nonsense'), 'ACCESS_TOKEN_INVALID');
  const answer = await importBot(bot.botToken ?? '');
  assert.ok(answer instanceof Api.auth.Authorization && (answer.user as Api.User).bot);
  const history = new Api.messages.GetHistory({ peer: new Api.InputPeerSelf(), limit: 1 });
  await refused(client.invoke(history), 'BOT_METHOD_INVALID');
});

test('auth.exportAuthorization works once, for the DC it was made for', async () => {
  const client = await signedIn();
  const exportTo = (dcId: number) => client.invoke(new Api.auth.ExportAuthorization({ dcId }));
  await refused(exportTo(1), 'DC_ID_INVALID');
  await refused(exportTo(77), 'DC_ID_INVALID');
  const exported = await exportTo(2);
  const importIt = (bytes: Buffer) =>
    client.invoke(new Api.auth.ImportAuthorization({ id: exported.id, bytes }), 2);
  await refused(importIt(Buffer.alloc(128)), 'AUTH_BYTES_INVALID');
  assert.ok((await importIt(exported.bytes)) instanceof Api.auth.Authorization);
  await refused(importIt(exported.bytes), 'AUTH_BYTES_INVALID');
});

test('auth.resetAuthorizations ends every other session', async () => {
  const [mine, other] = [await signedIn(), await signedIn()];
  const list = await mine.invoke(new Api.account.GetAuthorizations());
  assert.equal(list.authorizations.filter(({ current }) => current).length, 1);
  assert.ok(list.authorizations.length >= 2);
  assert.equal(await mine.invoke(new Api.auth.ResetAuthorizations()), true);
  await refused(other.invoke(new Api.updates.GetState()), 'AUTH_KEY_UNREGISTERED');
  assert.ok(await mine.invoke(new Api.updates.GetState()));
  assert.equal((await mine.invoke(new Api.account.GetAuthorizations())).authorizations.length, 1);
});

test('QR login: when the other device accepts the token, updateLoginToken comes and the login follows', async () => {
  const client = await stranger();
  const device = await signedIn();
  const exportToken = () => client.invoke(new Api.auth.ExportLoginToken({ ...SANDBOX_APP, exceptIds: [] }));
  const shown = await exportToken();
  assert.ok(shown instanceof Api.auth.LoginToken);
  const told = new Promise<void>((resolve) => {
    client.addEventHandler((update: unknown) => {
      if (update instanceof Api.UpdateLoginToken) resolve();
    });
  });
  await refused(
    device.invoke(new Api.auth.AcceptLoginToken({ token: Buffer.alloc(32) })),
    'AUTH_TOKEN_INVALID',
  );
  await device.invoke(new Api.auth.AcceptLoginToken({ token: shown.token }));
  await told;
  const success = await exportToken();
  assert.ok(success instanceof Api.auth.LoginTokenSuccess);
  assert.ok(await client.invoke(new Api.updates.GetState()));
});

test('QR login: a token lives for half a minute; an account of another DC finishes there', async () => {
  const client = await stranger();
  const exportToken = () => client.invoke(new Api.auth.ExportLoginToken({ ...SANDBOX_APP, exceptIds: [] }));
  const far = sandbox.world.accountByPhone('+999 66 00004');
  const late = await exportToken();
  assert.ok(late instanceof Api.auth.LoginToken && far);
  clock.forward(31_000);
  assert.throws(() => sandbox.acceptLogin(late.token, far.id), /AUTH_TOKEN_EXPIRED/);
  const shown = await exportToken();
  assert.ok(shown instanceof Api.auth.LoginToken);
  sandbox.acceptLogin(shown.token, far.id);
  const moved = await exportToken();
  assert.ok(moved instanceof Api.auth.LoginTokenMigrateTo);
  assert.equal(moved.dcId, 2);
  await client._switchDC(2);
  const imported = await client.invoke(new Api.auth.ImportLoginToken({ token: moved.token }));
  assert.ok(imported instanceof Api.auth.LoginTokenSuccess);
});

test("config with the server's own addresses, limits and the nearest DC are available before signing in", async () => {
  const client = await stranger();
  const config = await client.invoke(new Api.help.GetConfig());
  assert.deepEqual(
    config.dcOptions.map(({ id, ipAddress, port }) => ({ id, host: ipAddress, port })),
    sandbox.dcs.map(({ id, host, port }) => ({ id, host, port })),
  );
  assert.equal((await client.invoke(new Api.help.GetNearestDc())).nearestDc, 1);
  const limits = await client.invoke(new Api.help.GetAppConfig({ hash: 0 }));
  assert.ok(limits instanceof Api.help.AppConfig && limits.config instanceof Api.JsonObject);
  const values = new Map(limits.config.value.map(({ key, value }) => [key, (value as Api.JsonNumber).value]));
  assert.equal(values.get('upload_max_fileparts_default'), 4000);
  assert.equal(values.get('caption_length_limit_premium'), 4096);
  const again = await client.invoke(new Api.help.GetAppConfig({ hash: limits.hash }));
  assert.ok(again instanceof Api.help.AppConfigNotModified);
});
