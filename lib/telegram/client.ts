import { Api } from 'telegram/tl/index.js';
import { linkAbort, orAborted } from '../base/abort.js';
import type { Clock } from '../base/clock.js';
import { FailedError, NotSignedInError, type TelepiError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { Random } from '../base/random.js';
import type { PartLines } from '../mtproto/parts/lines.js';
import type { FutureSalt } from '../mtproto/salts.js';
import type { Patience } from '../pace/patience.js';
import type { SendPacer } from '../pace/send-pacer.js';
import { methodName, NoAnswerError, TelegramError } from '../refusals/telegram-error.js';
import { AheadCalls } from './ahead-calls.js';
import type { AccountFacts, CallOptions, OnceOptions, PatientCaller, Timed } from './caller.js';
import type { TelepiClientOptions } from './client-options.js';
import type { DcAddress } from './dc-address.js';
import type { Location } from './file-reference.js';
import { type FileReader, type IterDownloadOptions, iterDownload } from './iter-download.js';
import { KnownUsers } from './known-users.js';
import { Network } from './network.js';
import type { Pushes } from './pushes.js';
import { Recent } from './recent.js';
import { sessionMark, type TelepiSession } from './session-string.js';
import { asRequest, readResult } from './tl-request.js';

const MOST_MIGRATIONS = 3;

/** Telegram as TelePi uses it: one way to call, one way to read a file, nothing retried out of sight. */
export class TelepiClient implements PatientCaller, FileReader, Timed, AccountFacts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Owns every wait, of `call` and of parts. */
  readonly patience: Patience;
  /** The users met in answers of the home DC. */
  readonly users = new KnownUsers();
  readonly self: Recent<Api.User>;
  readonly #options: TelepiClientOptions;
  readonly #session: TelepiSession;
  readonly #closing = linkAbort();
  readonly #network: Network;
  readonly #ahead: AheadCalls;
  readonly #closers: (() => Promise<void>)[] = [];
  #opening: Promise<void> | undefined;

  constructor(options: TelepiClientOptions) {
    this.#options = options;
    this.#session = options.session;
    this.clock = options.clock;
    this.random = options.random;
    this.log = options.log;
    this.patience = options.patience;
    this.#ahead = new AheadCalls(options.clock);
    this.self = new Recent(options.clock, () => this.#askSelf());
    const askConfig = (): Promise<Api.Config | undefined> => this.#askConfig();
    this.#network = new Network({ ...options, closing: this.closing, askConfig });
  }

  /** Aborts when the client closes. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** The connections that carry the parts of files. */
  get parts(): PartLines {
    return this.#network.parts;
  }

  get config(): Recent<Api.Config> {
    return this.#network.config;
  }

  /** The id of the home's key, in hex: see keyIdOf. */
  get keyId(): string | undefined {
    return this.#session.keyId;
  }

  /** By what the session is known in a database: see sessionMark. */
  get sessionMark(): string | undefined {
    return this.keyId && sessionMark(this.keyId);
  }

  /** The home key's server salts, for a later client to begin with (ConnectOptions.salts). */
  get saltsToKeep(): readonly FutureSalt[] {
    return this.#network.saltsToKeep;
  }

  /** What the server says of its own accord. */
  get pushes(): Pushes {
    return this.#network.pushes;
  }

  /** Whether a send is waiting for Telegram's permission or for the network, so that its answer isn't near. */
  get isWaiting(): boolean {
    return this.#options.waits.isWaiting('messages');
  }

  /** The turns of this account's sends. Every send takes its turn from it first. */
  get sendPacer(): SendPacer {
    return this.#options.sendPacer;
  }

  /** The account's home DC. */
  get homeDcId(): number {
    return this.#network.homeDcId;
  }

  /**
   * Opens the connection to the home DC, in one attempt. Calls also open it. Calls that are made while it opens share
   * its first round trips, and should be reads; without a connection they fail with NOT_CONNECTED.
   */
  async connect(): Promise<void> {
    const opening = this.#network.connect();
    this.#opening = opening;
    try {
      await opening;
    } finally {
      this.#opening = undefined;
    }
  }

  /**
   * Makes one call with patience: it waits out floods and transient faults, and repeats calls whose connection was
   * lost. Throws TelegramError for any other refusal, NotSignedInError when the session is gone.
   */
  async call<R extends Api.AnyRequest>(
    request: R,
    { signal, dcId, faults }: CallOptions,
  ): Promise<R['__response']> {
    const made = dcId === undefined ? this.#ahead.take(request) : undefined;
    const answer = made && (await orAborted(made, signal));
    if (answer !== undefined) return answer as R['__response'];
    const once = (attempt: AbortSignal): Promise<R['__response']> =>
      this.callOnce(request, { signal: attempt, dcId });
    return this.patience.run(methodName(request), once, signal, faults);
  }

  /**
   * Makes a read of the home DC before its caller does: the first `call` of the same request within ten seconds gets this
   * answer. If it fails, that call is made as if there had been none, and shows why.
   */
  callAhead(request: Api.AnyRequest): void {
    const answer = this.call(request, { signal: this.closing });
    this.#ahead.add(
      request,
      answer.catch(() => undefined),
    );
  }

  /** `call` without patience: one attempt, for callers that own their waits. */
  async callOnce<R extends Api.AnyRequest>(
    request: R,
    { signal, dcId, mayGo }: OnceOptions,
  ): Promise<R['__response']> {
    const asked = { ...asRequest(request), mayGo };
    for (let migrations = 0; ; migrations += 1) {
      this.closing.throwIfAborted();
      const opening = this.#opening;
      try {
        const at = dcId ?? this.homeDcId;
        const ahead = { ahead: opening !== undefined };
        const answer = readResult(request, await this.#network.ask(at, asked, signal, ahead));
        if (at === this.homeDcId) this.users.met(answer);
        return answer;
      } catch (error) {
        signal.throwIfAborted();
        if (opening && mayWaitForOpening(error)) {
          await orAborted(opened(opening), signal);
          if (error instanceof NoAnswerError) continue;
        }
        if (migrations < MOST_MIGRATIONS && (await this.#recover(error, dcId))) continue;
        throw error;
      }
    }
  }

  /** Moves to another DC as the account's home: connects there, under a new key. */
  moveHome(dcId: number): Promise<void> {
    return this.#network.moveHome(dcId);
  }

  /** The address of a DC. Throws FailedError UNKNOWN_DC. */
  addressOf(dcId: number): Promise<DcAddress> {
    return this.#network.addressOf(dcId);
  }

  /** Writes the session to its store: somebody has signed in. */
  async saveSession(): Promise<void> {
    this.self.forget();
    const text = this.#session.save();
    if (text !== '') await this.#options.store.save(text);
  }

  /** Removes the session from its store. */
  forgetSession(): Promise<void> {
    this.self.forget();
    return this.#options.store.remove();
  }

  /**
   * Closes every connection; afterwards nothing of the client keeps the process alive. May be called more than once.
   */
  async close(): Promise<void> {
    this.end(new FailedError('CLOSED', 'The client is closed.'));
    for (const close of this.#closers.splice(0)) await close();
  }

  /** Has something closed with the client. */
  atClose(close: () => Promise<void>): void {
    this.#closers.push(close);
  }

  /** Closes every connection; whatever is asked for from now on fails with this error. `close` still has to follow. */
  end(reason: TelepiError): void {
    this.#closing.abort(reason);
  }

  /** Reads a file part by part, in order, with several requests in flight. See `IterDownloadOptions`. */
  iterDownload(file: Location, options: IterDownloadOptions = {}): AsyncGenerator<Buffer, void, unknown> {
    return iterDownload(this, file, options);
  }

  async #askSelf(): Promise<Api.User | undefined> {
    const request = new Api.users.GetUsers({ id: [new Api.InputUserSelf()] });
    const [user] = await this.call(request, { signal: this.closing });
    if (!(user instanceof Api.User)) return undefined;
    this.#options.shared?.account(Number(user.id));
    return user;
  }

  async #askConfig(): Promise<Api.Config | undefined> {
    try {
      return await this.call(new Api.help.GetConfig(), { signal: this.closing });
    } catch (error) {
      if (error instanceof TelegramError) return undefined;
      throw error;
    }
  }

  /** Whether the call should be repeated at once. */
  async #recover(error: unknown, dcId: number | undefined): Promise<boolean> {
    if (error instanceof NotSignedInError) return dcId !== undefined && this.#network.carryOverAgain(dcId);
    if (!(error instanceof TelegramError) || dcId !== undefined) return false;
    const home = newHome(error);
    if (home === undefined) return false;
    await this.moveHome(home);
    return true;
  }
}

/** The DC that a refusal names as the account's home. */
function newHome({ errorMessage }: TelegramError): number | undefined {
  const dcId = /^(?:PHONE|NETWORK|USER)_MIGRATE_(\d+)$/.exec(errorMessage)?.[1];
  return dcId === undefined ? undefined : Number(dcId);
}

/** Without an answer the call is repeated; a new home is moved to once the DCs' addresses are known. */
function mayWaitForOpening(error: unknown): boolean {
  return error instanceof NoAnswerError || (error instanceof TelegramError && newHome(error) !== undefined);
}

/** Whoever connects reports why that failed, so a call that was made meanwhile doesn't wait for a better time. */
async function opened(opening: Promise<void>): Promise<void> {
  try {
    await opening;
  } catch (cause) {
    throw new FailedError('NOT_CONNECTED', 'The connection could not be opened: run again.', { cause });
  }
}
