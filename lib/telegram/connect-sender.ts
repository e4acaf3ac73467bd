import { Api } from 'telegram';
import type { Connection } from 'telegram/network/index.js';
import type { MTProtoSender } from 'telegram/network/MTProtoSender.js';
import { LAYER } from 'telegram/tl/index.js';
import { linkAbort } from '../base/abort.js';
import { FailedError, messageOf, NotSignedInError } from '../base/errors.js';
import { namedRule } from '../refusals/table.js';
import { connectionLost, methodName, TelegramError, timedOut } from '../refusals/telegram-error.js';
import type { TelepiClient } from './client.js';
import { fromLibrary } from './library-errors.js';

/** For the TCP connection, the key exchange and the first answer together. Milliseconds. */
const OPEN_LIMIT_MS = 15_000;

export interface OpenOptions {
  readonly dcId: number;
  /** Left out: a new one to the DC's address. */
  readonly connection: Connection | undefined;
  /** What initConnection carries. */
  readonly query: Api.help.GetConfig | Api.auth.ImportAuthorization;
}

/**
 * Opens a connection and presents the client (invokeWithLayer, initConnection). Answers what the query got; undefined
 * when a server refuses help.getConfig, which it may: the connection is as good without. A connection that isn't open
 * in 15 seconds, or when the client closes, is closed.
 */
export async function openSender(
  client: TelepiClient,
  sender: MTProtoSender,
  { dcId, connection, query }: OpenOptions,
): Promise<unknown> {
  const pipe = connection ?? (await newConnection(client, dcId));
  const timer = linkAbort(client.closing);
  const method = methodName(query);
  const opening = open(client, sender, pipe, query);
  opening.catch(() => {});
  const overdue = client.clock.sleep(OPEN_LIMIT_MS, timer.signal).then(() => {
    throw timedOut('connect');
  });
  overdue.catch(() => {});
  try {
    const answer = await Promise.race([opening, overdue]);
    sender._authenticated = true;
    sender._needsInitConnection = false;
    return answer;
  } catch (error) {
    await pipe.socket.close();
    await sender.disconnect().catch(() => {});
    client.closing.throwIfAborted();
    throw fromLibrary(error, method);
  } finally {
    timer.abort();
    timer.release();
  }
}

/** What carries the account over to another DC (auth.exportAuthorization); ids are good for one use. */
export async function exportedTo(client: TelepiClient, dcId: number): Promise<Api.auth.ImportAuthorization> {
  const request = new Api.auth.ExportAuthorization({ dcId });
  const { id, bytes } = await client.callOnce(request, { signal: client.closing, dcId: undefined });
  return new Api.auth.ImportAuthorization({ id, bytes });
}

async function open(
  client: TelepiClient,
  sender: MTProtoSender,
  pipe: Connection,
  query: OpenOptions['query'],
): Promise<unknown> {
  try {
    await sender.connect(pipe, false);
  } catch (error) {
    throw connectionFailure(error, pipe);
  }
  const { _initRequest: init } = client;
  const request = new Api.InvokeWithLayer({
    layer: LAYER,
    query: new Api.InitConnection({
      apiId: init.apiId,
      deviceModel: init.deviceModel,
      systemVersion: init.systemVersion,
      appVersion: init.appVersion,
      langCode: init.langCode,
      langPack: init.langPack,
      systemLangCode: init.systemLangCode,
      query,
    }),
  });
  try {
    return await sender.send(request);
  } catch (error) {
    const known = fromLibrary(error, methodName(query));
    if (!(query instanceof Api.help.GetConfig) || !isRefusal(known) || isOfConnection(known)) throw known;
    client.log.debug('refused', { method: methodName(query), error: messageOf(known) });
    return undefined;
  }
}

/** The server answered: the connection is there, whatever it thinks of help.getConfig. */
function isRefusal(error: unknown): boolean {
  if (error instanceof TelegramError) return !/^(CONNECTION_LOST|TIMEOUT)$/.test(error.errorMessage);
  return error instanceof NotSignedInError && error.fields['refusal'] === 'AUTH_KEY_UNREGISTERED';
}

/** It does not take the connection as such (CONNECTION_API_ID_INVALID): no call over it would be answered. */
function isOfConnection(error: unknown): boolean {
  return error instanceof TelegramError && namedRule(error.errorMessage)?.on === 'connect';
}

/** What ends a dial or a key exchange is a connection fault, but for a key that isn't the server's. */
function connectionFailure(error: unknown, pipe: Connection): Error {
  const address = `${pipe._ip}:${pipe._port}`;
  if (/valid key for fingerprints/.test(messageOf(error))) {
    return new FailedError(
      'SERVER_KEY',
      `The server at ${address} has none of the keys that telepi trusts: check TG_SERVER_KEY (and TG_TEST_DC).`,
      { cause: error },
    );
  }
  return connectionLost(`connect ${address}`, error);
}

async function newConnection(client: TelepiClient, dcId: number): Promise<Connection> {
  const { ipAddress, port } = await client.getDC(dcId);
  return new client._connection({
    ip: ipAddress,
    port,
    dcId,
    loggers: client._log,
    socket: client.networkSocket,
    testServers: client._testServers,
  });
}
