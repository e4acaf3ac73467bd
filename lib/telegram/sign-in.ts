import { computeCheck } from 'telegram/Password.js';
import { Api } from 'telegram/tl/index.js';
import { FailedError, NotSignedInError, UsageError } from '../base/errors.js';
import { internationalPhone } from '../base/phone.js';
import { TelegramError } from '../refusals/telegram-error.js';
import type { AccountFacts, Caller } from './caller.js';
import { awaitQrLogin, type QrClient } from './qr.js';
import { codeFields, type SentCode, sentCodeOf, typedCode } from './sent-code.js';

/** How the one who signs in is asked. Each may throw to stop. */
export interface SignInPrompts {
  phone(): Promise<string>;
  /** The code that Telegram sent, and how; asked again after a wrong one. */
  code(sent: SentCode): Promise<string>;
  /** The two-step password; asked again after a wrong one. */
  password(hint?: string): Promise<string>;
  /** Shows `tg://login?token=…` as a QR code; called again with each new one. */
  showQr?(link: string): void;
}

export interface SignInOptions {
  readonly apiId: number;
  readonly apiHash: string;
  readonly method: 'code' | 'qr' | 'bot';
  readonly botToken?: string;
  readonly signal: AbortSignal;
}

/** Keeps the session beyond the process: see TelepiClient. */
interface SessionKeeper {
  saveSession(): Promise<void>;
  forgetSession(): Promise<void>;
}

/** How often a code or password is asked for. */
const TRIES = 3;

/**
 * Signs in and stores the session: by phone, code and two-step password, by QR code, or with a bot's token. A wrong
 * code or password is asked for again, three times in all. Throws TelegramError for what Telegram refuses.
 */
export async function signIn(
  client: QrClient & SessionKeeper,
  prompts: SignInPrompts,
  options: SignInOptions,
): Promise<Api.User> {
  const user = await userOf(client, prompts, options);
  await client.saveSession();
  return user;
}

/** Ends the session on the server (auth.logOut) and removes it here, even when the server can't be asked. */
export async function signOut(client: Caller & SessionKeeper, signal: AbortSignal): Promise<void> {
  try {
    await client.call(new Api.auth.LogOut(), { signal });
  } catch (error) {
    if (!(error instanceof NotSignedInError) && !(error instanceof TelegramError)) throw error;
  } finally {
    await client.forgetSession();
  }
}

/** Whose session this is, as the server says now. Throws NotSignedInError when it is nobody's. */
export async function currentUser({ self }: AccountFacts, signal: AbortSignal): Promise<Api.User> {
  const user = await self.renew(signal);
  if (user) return user;
  throw new NotSignedInError('Not signed in: run `telepi login`.');
}

async function userOf(client: QrClient, prompts: SignInPrompts, options: SignInOptions): Promise<Api.User> {
  const { signal } = options;
  try {
    switch (options.method) {
      case 'bot':
        return await signInBot(client, options);
      case 'qr':
        return signedIn(await awaitQrLogin(client, { ...options, show: (link) => prompts.showQr?.(link) }));
      case 'code':
        return await signInByCode(client, prompts, options);
    }
  } catch (error) {
    if (!passwordIsDue(error)) throw error;
    return checkPassword(client, prompts, signal);
  }
}

async function signInBot(
  client: Caller,
  { apiId, apiHash, botToken, signal }: SignInOptions,
): Promise<Api.User> {
  if (!botToken) throw new UsageError('BOT_TOKEN', 'Set TG_BOT_TOKEN to the token that @BotFather gave.');
  const request = new Api.auth.ImportBotAuthorization({ flags: 0, apiId, apiHash, botAuthToken: botToken });
  return signedIn(await client.call(request, { signal }));
}

async function signInByCode(
  client: Caller,
  prompts: SignInPrompts,
  { apiId, apiHash, signal }: SignInOptions,
): Promise<Api.User> {
  const phoneNumber = internationalPhone(await prompts.phone());
  if (phoneNumber === undefined) {
    throw new UsageError(
      'BAD_PHONE',
      'That is not a phone number with its country code: write it like +49 170 1234567 or 0049 170 1234567.',
    );
  }
  const settings = new Api.CodeSettings({});
  const sending = new Api.auth.SendCode({ phoneNumber, apiId, apiHash, settings });
  const sent = await reachable(client, phoneNumber, await client.call(sending, { signal }), signal);
  if (sent instanceof Api.auth.SentCodeSuccess) return signedIn(sent.authorization);
  const { phoneCodeHash, type } = sent;
  const where = sentCodeOf(type);
  return asked(WRONG_CODE, async () => {
    const code = typedCode(await prompts.code(where), type);
    const request = new Api.auth.SignIn({ phoneNumber, phoneCodeHash, ...codeFields(code, type) });
    return signedIn(await client.call(request, { signal }));
  });
}

/** auth.signIn's words for it; a code by e-mail has one of its own. */
const WRONG_CODE = ['PHONE_CODE_INVALID', 'CODE_INVALID', 'EMAIL_CODE_INVALID'];

/** A code that only Telegram's own apps can receive is asked for by its next way (auth.resendCode), if it has one. */
async function reachable(
  client: Caller,
  phoneNumber: string,
  sent: Api.auth.TypeSentCode,
  signal: AbortSignal,
): Promise<Api.auth.SentCode | Api.auth.SentCodeSuccess> {
  if (sent instanceof Api.auth.SentCodePaymentRequired) {
    throw new FailedError(
      'SENT_CODE',
      'Telegram wants a payment before it sends a code to this number: sign in with one of its apps, or with `telepi login --qr`.',
    );
  }
  if (sent instanceof Api.auth.SentCodeSuccess) return sent;
  if (!(sent.type instanceof Api.auth.SentCodeTypeFirebaseSms && sent.nextType)) return sent;
  const { phoneCodeHash } = sent;
  const again = await client.call(new Api.auth.ResendCode({ phoneNumber, phoneCodeHash }), { signal });
  return reachable(client, phoneNumber, again, signal);
}

/** Two-step verification (account.getPassword, auth.checkPassword): the password itself never leaves the process. */
async function checkPassword(client: Caller, prompts: SignInPrompts, signal: AbortSignal): Promise<Api.User> {
  return asked(['PASSWORD_HASH_INVALID'], async () => {
    const state = await client.call(new Api.account.GetPassword(), { signal });
    const word = await prompts.password(state.hint);
    const password = await computeCheck(state, word);
    return signedIn(await client.call(new Api.auth.CheckPassword({ password }), { signal }));
  });
}

/** Asks again while the answer is wrong. */
async function asked<T>(wrong: readonly string[], attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === TRIES || !isRefusal(error, wrong)) throw error;
    }
  }
}

function signedIn(authorization: Api.auth.TypeAuthorization): Api.User {
  if (authorization instanceof Api.auth.Authorization && authorization.user instanceof Api.User) {
    return authorization.user;
  }
  throw new FailedError(
    'NO_ACCOUNT',
    'This phone number has no Telegram account: create one in a Telegram app first.',
  );
}

function passwordIsDue(error: unknown): boolean {
  return error instanceof NotSignedInError && error.fields['refusal'] === 'SESSION_PASSWORD_NEEDED';
}

function isRefusal(error: unknown, names: readonly string[]): boolean {
  return error instanceof TelegramError && names.includes(error.errorMessage);
}
