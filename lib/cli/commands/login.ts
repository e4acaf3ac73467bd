import type { Api } from 'telegram/tl/index.js';
import { ExitStatus, NotSignedInError, UsageError } from '../../base/errors.js';
import type { Settings } from '../../settings/settings.js';
import { SETTINGS } from '../../settings/table.js';
import type { TelepiClient } from '../../telegram/client.js';
import type { SentCode } from '../../telegram/sent-code.js';
import type { SessionStore } from '../../telegram/session-store.js';
import { currentUser, type SignInPrompts, signIn } from '../../telegram/sign-in.js';
import type { CommandContext } from '../command.js';
import { settingsOf } from '../command-settings.js';
import { connect, openSession, warnOfOpenFiles } from '../connection.js';
import { keepAccount } from '../known.js';
import { personWords } from '../person.js';
import { Prompter, type Question } from '../prompt.js';
import { QrScreen } from '../qr.js';

/** `telepi login`: by code, QR or bot token; answers come from settings, a terminal, or lines on standard input. */
export async function login(context: CommandContext): Promise<number> {
  const settings = settingsOf(context, ['apiId', 'apiHash']);
  const method = methodOf(context, settings);
  if (settings.session !== undefined) {
    throw new UsageError(
      'SESSION_GIVEN',
      'TG_SESSION is set, and would be used instead of the session that telepi login makes: unset it first.',
    );
  }
  const store = await openSession(context, settings);
  await warnOfOpenFiles(context, settings);
  const { client, before } = await connectToSignIn(context, settings, store);
  const prompter = new Prompter({ stdin: context.stdin, terminal: process.stderr }, context.signal);
  try {
    context.log.debug('login_started', { method, before: before !== undefined });
    const user = before ?? (await signInBy(context, settings, client, prompter, method));
    print(context, user, store.name, before !== undefined);
    // By it the session's first command knows at once which waits are its account's.
    await keepAccount(settings.dataDir, client.keyId, Number(user.id), context.log);
    return ExitStatus.done;
  } finally {
    prompter.close();
    await client.close();
  }
}

type Method = 'code' | 'qr' | 'bot';

function methodOf({ flags }: CommandContext, settings: Settings): Method {
  if (flags['qr'] && flags['bot']) {
    throw new UsageError('USAGE', '--qr and --bot are two different ways to sign in: choose one of them.');
  }
  if (flags['bot'] && settings.botToken === undefined) {
    throw new UsageError(
      'MISSING_SETTING',
      'telepi login --bot needs TG_BOT_TOKEN: get it from @BotFather, and put it into .env or the environment.',
    );
  }
  if (flags['bot']) return 'bot';
  return flags['qr'] ? 'qr' : 'code';
}

interface Connected {
  readonly client: TelepiClient;
  /** The user who is already signed in. */
  readonly before: Api.User | undefined;
}

/**
 * A session that is damaged, or that Telegram has ended for good, would stop the login too, so a new one replaces it.
 */
async function connectToSignIn(
  context: CommandContext,
  settings: Settings,
  store: SessionStore,
): Promise<Connected> {
  try {
    return await connectAndLook(context, settings, store);
  } catch (error) {
    const damaged = error instanceof UsageError && error.code === 'BAD_SESSION';
    if (!damaged && !(error instanceof NotSignedInError)) throw error;
    if ((await store.load()) === undefined) throw error;
    context.log.warn('session_unusable', { damaged, error });
    await store.remove();
    return connectAndLook(context, settings, store);
  }
}

async function connectAndLook(
  context: CommandContext,
  settings: Settings,
  store: SessionStore,
): Promise<Connected> {
  const client = await connect(context, settings, store, { looks: true });
  try {
    return { client, before: await currentUser(client, context.signal) };
  } catch (error) {
    if (error instanceof NotSignedInError && SIGN_IN_CONTINUES.has(error.fields['refusal'])) {
      return { client, before: undefined };
    }
    await client.close();
    throw error;
  }
}

/** The key is good, and nobody, or nobody yet, is signed in with it. `undefined`: the server answered with no user. */
const SIGN_IN_CONTINUES: ReadonlySet<unknown> = new Set([
  undefined,
  'AUTH_KEY_UNREGISTERED',
  'SESSION_PASSWORD_NEEDED',
]);

function signInBy(
  context: CommandContext,
  settings: Settings,
  client: TelepiClient,
  prompter: Prompter,
  method: Method,
): Promise<Api.User> {
  const { apiId, apiHash, botToken } = settings as Settings & { apiId: number; apiHash: string };
  return signIn(client, promptsOf(context, settings, prompter), {
    apiId,
    apiHash,
    method,
    ...(botToken === undefined ? {} : { botToken }),
    signal: context.signal,
  });
}

function promptsOf(context: CommandContext, settings: Settings, prompter: Prompter): SignInPrompts {
  const { redactor, output } = context;
  const given = { phone: settings.phone, code: settings.code, password: settings.password };
  const asked = new Set<string>();
  const fromSettings = new Set<string>();
  /** A second question means that the answer was wrong. A setting is used once. */
  const answer = async (
    key: keyof typeof given,
    question: Omit<Question, 'fix' | 'ended'>,
  ): Promise<string> => {
    const ready = given[key];
    const again = asked.has(key);
    asked.add(key);
    given[key] = undefined;
    if (again && prompter.interactive) output.note(`That ${question.noun} is wrong; try again.`);
    const setting = SETTINGS[key].name;
    const wrong = fromSettings.has(key) ? setting : `The ${question.noun} that was given`;
    if (ready !== undefined) fromSettings.add(key);
    const ended = again ? `${wrong} is wrong: correct it.` : undefined;
    const text = ready ?? (await prompter.ask({ ...question, fix: `set ${setting}`, ended }));
    redactor.add(text.trim(), text.replace(/[\s\p{Pd}]/gu, ''));
    return text;
  };
  const qr = new QrScreen(process.stderr);
  return {
    phone: async () => (await answer('phone', { noun: 'phone number', hidden: false })).trim(),
    code: (sent) => {
      if (!asked.has('code')) tellSent(context, sent);
      return answer('code', { noun: 'login code', hidden: true });
    },
    password: (hint) =>
      answer('password', { noun: 'two-step password', hidden: true, ...(hint ? { hint } : {}) }),
    showQr(link) {
      if (output.json) output.record({ event: 'qr', link });
      else if (!process.stderr.isTTY) output.line(link);
      else qr.show(link, 'Scan this in Telegram on your phone: Settings, Devices, Link Desktop Device.');
    },
  };
}

/** Says where to look for the code, before the question. */
function tellSent({ output }: CommandContext, { by, sentence }: SentCode): void {
  output.note(sentence);
  output.record({ event: 'code-sent', by, message: sentence });
}

function print({ output }: CommandContext, user: Api.User, sessionName: string, before: boolean): void {
  const state = before ? 'Signed in already' : 'Signed in';
  const other = before ? ' To use another account, run telepi logout first.' : '';
  output.line(`${state} as ${personWords(user)}. The session is in ${sessionName}.${other}`);
  output.record({
    event: 'signed-in',
    userId: Number(user.id),
    username: user.username ?? null,
    bot: user.bot === true,
    already: before,
  });
}
