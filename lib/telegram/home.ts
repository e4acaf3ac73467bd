import { Api } from 'telegram/tl/index.js';
import { orAborted } from '../base/abort.js';
import { messageOf, NotSignedInError, TelepiError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { Answer } from '../mtproto/answers.js';
import type { Connection } from '../mtproto/connection.js';
import { isUnknownKey } from '../mtproto/envelope.js';
import { namedRule } from '../refusals/table.js';
import { TelegramError } from '../refusals/telegram-error.js';
import type { DcAddress } from './dc-address.js';
import type { Dcs } from './dcs.js';
import type { TelepiSession } from './session-string.js';
import { asRequest, readResult } from './tl-request.js';

export interface HomeOptions {
  readonly dcs: Dcs;
  readonly session: TelepiSession;
  readonly log: Log;
  /** Called with a connection that is still opening; another may follow if it does not open. */
  onDialled(connection: Connection): void;
  /** Receives TL that is overwritten after the call returns. */
  onPush(body: Buffer): void;
  onClose(): void;
}

/**
 * Opens the connection to the account's home DC: makes a key if the session has none, introduces the client and reads
 * help.getConfig. A server may refuse help.getConfig: the connection works without it. A key that the server twice
 * doesn't know is given up for a new one, which can be signed in on. Throws as a call does when it finds no connection.
 */
export async function openHome(options: HomeOptions, signal: AbortSignal): Promise<Connection> {
  const { dcs, session, log } = options;
  const address = await dcs.addressOf(dcs.home.id);
  const known = session.authKey;
  for (let attempt = 1; known && attempt <= ATTEMPTS_WITH_KEY; attempt += 1) {
    try {
      return await introduced(options, address, known, signal);
    } catch (error) {
      if (!(error instanceof TelegramError) || !isUnknownKey(error.cause)) throw error;
      log.warn('key_unknown', { dcId: address.id, attempt });
    }
  }
  const authKey = await dcs.makeKey(address, signal);
  // The home may have moved meanwhile.
  if (address.id === dcs.home.id) session.authKey = authKey;
  return introduced(options, address, authKey, signal);
}

/** A key is not given up on one server's word: another server may know it. */
const ATTEMPTS_WITH_KEY = 2;

async function introduced(
  { dcs, log, ...events }: HomeOptions,
  address: DcAddress,
  authKey: Buffer,
  signal: AbortSignal,
): Promise<Connection> {
  const request = new Api.help.GetConfig();
  const connection = dcs.dial('home', address, authKey, {
    onPush: (body) => events.onPush(body),
    onClose: () => events.onClose(),
  });
  try {
    const asked = connection.request(asRequest(request));
    events.onDialled(connection);
    const answer = await orAborted(asked.answer, signal);
    const config = readConfig(request, answer, log);
    if (config) dcs.config.learn(config);
    return connection;
  } catch (error) {
    connection.close(new Error('it could not be used'));
    throw error;
  }
}

function readConfig(request: Api.help.GetConfig, answer: Answer, log: Log): Api.Config | undefined {
  try {
    const config = readResult(request, answer);
    return config instanceof Api.Config ? config : undefined;
  } catch (error) {
    if (isOfConnection(error) || isOfSession(error)) throw error;
    log.debug('call_refused', { method: 'help.getConfig', error: messageOf(error) });
    return undefined;
  }
}

/** Whether the server rejects the connection itself (CONNECTION_API_ID_INVALID): it would answer no call over it. */
function isOfConnection(error: unknown): boolean {
  const refusal = error instanceof TelepiError ? error.fields['refusal'] : undefined;
  return typeof refusal === 'string' && namedRule(refusal)?.on === 'connect';
}

/** Whether the session is gone, as opposed to not signed in yet. */
function isOfSession(error: unknown): boolean {
  return error instanceof NotSignedInError && error.fields['refusal'] !== 'AUTH_KEY_UNREGISTERED';
}
