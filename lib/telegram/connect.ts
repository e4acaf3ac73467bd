import { orAborted } from '../base/abort.js';
import type { Clock } from '../base/clock.js';
import { FailedError, messageOf, UsageError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { ProxyAddress } from '../base/proxy-address.js';
import type { Random } from '../base/random.js';
import type { ServerAddress } from '../base/server-address.js';
import { chooseCrypto } from '../crypto/choose.js';
import type { MessageCrypto } from '../crypto/message-crypto.js';
import type { FutureSalt } from '../mtproto/salts.js';
import { createPatience } from '../pace/patience.js';
import { SendPacer } from '../pace/send-pacer.js';
import type { SharedPace } from '../pace/shared-pace.js';
import { type Silence, whileSilent } from '../pace/silence.js';
import type { Wait } from '../pace/wait.js';
import { WaitBoard } from '../pace/wait-board.js';
import { classify } from '../refusals/classify.js';
import { cannotConnect, causeOf, proxyFault } from './cannot-connect.js';
import { TelepiClient } from './client.js';
import type { SessionGuard } from './client-options.js';
import { isTelegrams } from './dc-address.js';
import { serverKeyOf, trustServerKey } from './server-key.js';
import type { SessionStore } from './session-store.js';
import { decodeSession, TelepiSession } from './session-string.js';

export interface ConnectOptions {
  readonly apiId: number;
  readonly apiHash: string;
  readonly session: SessionStore;
  /**
   * The server salts that an earlier client of this session had at its end (`saltsToKeep`): with a valid one the first
   * requests go out at once, and the server corrects a wrong one. Default: none.
   */
  readonly salts?: readonly FutureSalt[];
  /** TG_SERVER, TG_DC and TG_SERVER_KEY. Default: Telegram's own servers. */
  readonly server?: ServerAddress;
  /** Whether to use Telegram's test servers (TG_TEST_DC). */
  readonly testDc: boolean;
  /** The proxy for every connection (TG_PROXY). Default: none. */
  readonly proxy?: ProxyAddress | undefined;
  /** Default: the session may be used at any time. */
  readonly guard?: SessionGuard | undefined;
  /** Default: the fastest available. */
  readonly crypto?: MessageCrypto;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
  readonly onWait?: (wait: Wait) => void;
  /** See SendPacerOptions. */
  readonly onTurn?: ((at: number) => void) | undefined;
  /** What the account's processes let one another know. Default: nothing. */
  readonly shared?: SharedPace | undefined;
  /** Called when an answer has been due for five seconds. */
  readonly onSilence?: (silence: Silence) => void;
  /**
   * Called with the client of each attempt while it connects: calls that it makes at once go out together with the
   * connection's own first one. They fail when the attempt does.
   */
  readonly onConnecting?: (client: TelepiClient) => void;
  readonly signal: AbortSignal;
}

const ATTEMPTS = 3;
const PAUSE_MS = 1_000;

/**
 * A connected client; `currentUser` says whether it is signed in. Close it with `close()`. After three attempts of at
 * most 15 seconds it throws a FailedError CANNOT_CONNECT or a ProxyError; a ProxyError comes at once if another attempt
 * would only meet it again. Throws UsageError for a bad session, or a session of another server, and
 * CLOCK_WRONG, before any connection.
 */
export function connectTelegram(options: ConnectOptions): Promise<TelepiClient> {
  const { clock, onSilence } = options;
  const connecting = connectInAttempts(options);
  return onSilence ? whileSilent(connecting, { clock, onSilence }) : connecting;
}

async function connectInAttempts(options: ConnectOptions): Promise<TelepiClient> {
  refuseClock(options.clock.now());
  const { server, proxy, signal, clock, random, log, shared, onSilence, crypto = chooseCrypto() } = options;
  if (server) trustServerKey(serverKeyOf(server.publicKeyPem));
  const text = await options.session.load();
  if (text !== undefined) requireMatch(text, server, options.session.name);
  const waits = new WaitBoard(clock);
  const onWait = (wait: Wait): void => {
    waits.met(wait);
    sendPacer.met(wait);
    shared?.met(wait);
    options.onWait?.(wait);
  };
  const sendPacer = new SendPacer({ clock, shared, onWait, onTurn: options.onTurn });
  let isConnected = false;
  const patience = createPatience({
    clock,
    random,
    shared,
    onWait,
    // Until then the connection's own silence is reported, which is that of its calls too.
    onSilence(silence) {
      if (isConnected) onSilence?.(silence);
    },
  });
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    const session = new TelepiSession(text);
    const given = server && { id: server.dcId, ipAddress: server.host, port: server.port };
    if (given && (session.home === undefined || session.home.id === given.id)) session.home = given;
    const own = { session, store: options.session, given, proxy, crypto, patience, waits, sendPacer };
    const client = new TelepiClient({ ...options, ...own });
    try {
      const connected = client.connect();
      options.onConnecting?.(client);
      await orAborted(connected, signal);
      isConnected = true;
      return client;
    } catch (error) {
      await client.close();
      signal.throwIfAborted();
      if (classify(error).kind !== 'transient') throw error;
      const fault = proxyFault(error, proxy);
      if (fault?.lasting) throw fault;
      log.warn('connect_failed', { attempt, error: messageOf(causeOf(error)) });
      if (attempt === ATTEMPTS) throw fault ?? cannotConnect({ server, proxy }, error, ATTEMPTS);
      await clock.sleep(PAUSE_MS, signal);
    }
  }
}

/**
 * A msg_id is a signed long of 2^32 times the seconds since 1970 (core.telegram.org/mtproto/description), which ends in
 * January 2038: from then on no message can be sent. The server's answers correct a clock that is off by less.
 */
const LAST_MESSAGE_ID_MS = 2 ** 31 * 1000;

function refuseClock(now: number): void {
  if (now < LAST_MESSAGE_ID_MS) return;
  throw new FailedError(
    'CLOCK_WRONG',
    `This machine's clock says ${new Date(now).toISOString().slice(0, 10)}, and Telegram's protocol can't express that time: ` +
      'set the clock, for example with timedatectl set-ntp true, and run again.',
    { fields: { now } },
  );
}

/**
 * A key of Telegram's own servers doesn't work at another server, nor the other way round: this refuses it before it is
 * tried.
 */
function requireMatch(text: string, server: ServerAddress | undefined, name: string): void {
  const { host, dcId } = decodeSession(text);
  if (!server || !isTelegrams(host) || isTelegrams(server.host)) return;
  throw new UsageError(
    'SESSION_OF_ANOTHER_SERVER',
    `The session in ${name} belongs to Telegram's own servers, not to TG_SERVER=${server.host}:${server.port}: use another DATA_DIR, or unset TG_SERVER.`,
    { fields: { dcId } },
  );
}
