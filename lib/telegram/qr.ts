import { Api } from 'telegram/tl/index.js';
import { linkAbort } from '../base/abort.js';
import { FailedError } from '../base/errors.js';
import type { Caller, Timed } from './caller.js';
import type { Pushes } from './pushes.js';

export interface QrLogin {
  readonly apiId: number;
  readonly apiHash: string;
  /** Called with each new link; a code lives for about half a minute. */
  show(link: string): void;
  readonly signal: AbortSignal;
}

/** The parts of the client that a QR login needs. */
export type QrClient = Caller &
  Timed & {
    readonly pushes: Pushes;
    moveHome(dcId: number): Promise<void>;
  };

/** How often to ask a server that doesn't push updateLoginToken. */
const POLL_MS = 5_000;
/** How many codes to show before giving up when nobody scans them: about five minutes. */
const MOST_CODES = 10;

/**
 * QR login (core.telegram.org/api/qr-login): shows a code, and a new one whenever it expires, until another device has
 * accepted one. Throws NotSignedInError of SESSION_PASSWORD_NEEDED when the two-step password is needed.
 */
export async function awaitQrLogin(client: QrClient, login: QrLogin): Promise<Api.auth.TypeAuthorization> {
  const accepted = new Latch();
  const stop = client.pushes.listen((update) => {
    if (isLoginToken(update)) accepted.open();
  });
  try {
    let shown = '';
    for (let codes = 0; codes <= MOST_CODES; ) {
      const token = await exportToken(client, login);
      if (!(token instanceof Api.auth.LoginToken)) return await finish(client, token, login.signal);
      const link = `tg://login?token=${token.token.toString('base64url')}`;
      if (link !== shown) {
        codes += 1;
        if (codes > MOST_CODES) break;
        login.show(link);
        shown = link;
      }
      const leftMs = Math.max(1_000, token.expires * 1000 - client.clock.now());
      await accepted.wait(client, Math.min(POLL_MS, leftMs), login.signal);
    }
  } finally {
    stop();
  }
  throw new FailedError('QR_EXPIRED', 'Nobody scanned the QR code: run `telepi login --qr` again.');
}

function exportToken(client: Caller, { apiId, apiHash, signal }: QrLogin): Promise<Api.auth.TypeLoginToken> {
  return client.call(new Api.auth.ExportLoginToken({ apiId, apiHash, exceptIds: [] }), { signal });
}

/** The account's home may be another DC: goes there with the token. */
async function finish(
  client: QrClient,
  token: Api.auth.LoginTokenSuccess | Api.auth.LoginTokenMigrateTo,
  signal: AbortSignal,
): Promise<Api.auth.TypeAuthorization> {
  if (token instanceof Api.auth.LoginTokenSuccess) return token.authorization;
  await client.moveHome(token.dcId);
  const there = await client.call(new Api.auth.ImportLoginToken({ token: token.token }), { signal });
  if (there instanceof Api.auth.LoginTokenSuccess) return there.authorization;
  throw new FailedError('QR_FAILED', 'Telegram did not finish the QR login: run `telepi login --qr` again.');
}

function isLoginToken(update: Api.TypeUpdates | Api.TypeUpdate): boolean {
  if (update instanceof Api.UpdateLoginToken) return true;
  if (update instanceof Api.UpdateShort) return update.update instanceof Api.UpdateLoginToken;
  if (!(update instanceof Api.Updates)) return false;
  return update.updates.some((one) => one instanceof Api.UpdateLoginToken);
}

/** Wakes a waiter once, now or later. */
class Latch {
  #opened = false;
  #wake: () => void = () => {};

  open(): void {
    this.#opened = true;
    this.#wake();
  }

  async wait(client: Timed, ms: number, signal: AbortSignal): Promise<void> {
    const nap = linkAbort(signal);
    this.#wake = () => nap.abort();
    if (this.#opened) nap.abort();
    await client.clock.sleep(ms, nap.signal).catch(() => {});
    this.#opened = false;
    nap.release();
    signal.throwIfAborted();
  }
}
