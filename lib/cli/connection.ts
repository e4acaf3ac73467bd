import { NotSignedInError, UsageError } from '../base/errors.js';
import { proxyWords } from '../base/proxy-address.js';
import { findCrypto } from '../crypto/choose.js';
import type { Wait } from '../pace/wait.js';
import { olderSecretFile } from '../settings/my-json.js';
import type { Settings } from '../settings/settings.js';
import { secretFile } from '../settings/sources.js';
import type { SessionLease } from '../store/tables/session-lease.js';
import type { TelepiClient } from '../telegram/client.js';
import { type ConnectOptions, connectTelegram } from '../telegram/connect.js';
import { prepareDataDir } from '../telegram/data-dir.js';
import { fileSessionStore, type SessionStore, stringSessionStore } from '../telegram/session-store.js';
import { type AccountPace, accountPace } from './account-pace.js';
import type { CommandContext } from './command.js';
import { openToOthers } from './privacy.js';
import { WaitLines } from './progress/wait-lines.js';
import { silenceWords } from './progress/words.js';
import { leaseSession } from './session-use.js';

/** The session in TG_SESSION, or the one in the data directory, which must then be writable. */
export async function openSession(context: CommandContext, settings: Settings): Promise<SessionStore> {
  if (settings.session !== undefined) return stringSessionStore(settings.session);
  await prepareDataDir(settings.dataDir);
  const store = fileSessionStore(settings.dataDir);
  context.redactor.add(await store.load());
  return store;
}

/** As openSession, for work that needs a signed-in account: the error says where a session was looked for. */
export async function openSignedIn(context: CommandContext, settings: Settings): Promise<SessionStore> {
  const store = await openSession(context, settings);
  if ((await store.load()) !== undefined) return store;
  throw new NotSignedInError(
    `Nobody is signed in: ${store.name} has no session. Run \`telepi login\`, or set DATA_DIR to the directory with the session.`,
  );
}

/** Reports what other users of this machine may read of the session and of other secrets. */
export async function warnOfOpenFiles(
  { sources, output }: CommandContext,
  settings: Settings,
): Promise<void> {
  const older = olderSecretFile(sources.workingDirectory);
  for (const warning of await openToOthers(settings.dataDir, secretFile(sources), older)) {
    output.note(warning);
  }
}

/** The server that a connection leads to, and the proxy, for people. */
export function serverWords({ server, testDc, proxy }: Settings): string {
  const telegram = testDc ? "Telegram's test servers" : 'Telegram';
  const words = server ? `${server.host}:${server.port}` : telegram;
  return proxy ? `${words} through the ${proxyWords(proxy)}` : words;
}

export interface ConnectEvents extends Pick<ConnectOptions, 'onConnecting' | 'onTurn' | 'salts'> {
  /** Called for each wait that Telegram asks for. Default: prints each wait as a line of its own. */
  readonly onWait?: (wait: Wait) => void;
  /** The command only looks: a database that hasn't the tables of this version stays as it is. Default: false. */
  readonly looks?: boolean;
  /** Called when the session is leased, or the database could not be asked. */
  readonly onLease?: (use: SessionUse) => void;
}

/** What is known of other machines' use of the session. */
export type SessionUse = Pick<SessionLease, 'trouble'>;

/**
 * Connects; the account need not be signed in. Until the client is closed, it shares its account's pace, and with a database on
 * a server the session is this data directory's alone. @throws UsageError SESSION_IN_USE
 */
export async function connect(
  context: CommandContext,
  settings: Settings,
  session: SessionStore,
  { onWait = notedWaits(context), onLease, looks = false, ...events }: ConnectEvents = {},
): Promise<TelepiClient> {
  const { apiId, apiHash, server, testDc, proxy } = settings;
  if (apiId === undefined || apiHash === undefined) {
    throw new UsageError('MISSING_SETTING', 'TG_API_ID and TG_API_HASH are needed to connect: set both.');
  }
  const { log, clock, random, signal } = context;
  const { crypto, passedOver } = findCrypto(settings.crypto);
  if (proxy) log.info('proxy_used', { proxy: proxyWords(proxy) });
  log.info('crypto_chosen', { name: crypto.name, detail: crypto.detail, passedOver });
  let client: TelepiClient | undefined;
  const lease = await leaseSession(context, settings, session, {
    looks,
    onLost: (error) => client?.end(error),
  });
  if (lease) {
    context.atEnd(() => lease.release());
    onLease?.(lease);
  }
  const pace = await accountPace(context, settings, session, looks);
  client = await throughPace(
    pace,
    connectTelegram({
      apiId,
      apiHash,
      session: hiding(session, context),
      ...(server ? { server } : {}),
      testDc,
      proxy,
      guard: lease,
      crypto,
      log,
      clock,
      random,
      onWait,
      shared: pace.shared,
      ...events,
      onSilence: (silence) => context.output.note(silenceWords(silence, serverWords(settings), clock.now())),
      signal,
    }),
  );
  if (lease) client.atClose(() => lease.release());
  return client;
}

async function throughPace(pace: AccountPace, connecting: Promise<TelepiClient>): Promise<TelepiClient> {
  try {
    const client = await connecting;
    client.atClose(pace.close);
    return client;
  } catch (error) {
    await pace.close();
    throw error;
  }
}

/** Prints the waits of a connection as lines of their own. */
export function notedWaits({ output, clock }: CommandContext): (wait: Wait) => void {
  const lines = new WaitLines();
  return (wait) => {
    const line = lines.next(wait, clock.now());
    if (line !== undefined) output.note(line);
  };
}

/** A session that is saved while the command runs is a secret too. */
function hiding(session: SessionStore, { redactor }: CommandContext): SessionStore {
  return {
    name: session.name,
    load: () => session.load(),
    save(text) {
      redactor.add(text);
      return session.save(text);
    },
    remove: () => session.remove(),
  };
}
