import { resolve } from 'node:path';
import { MIB } from '../../base/bytes.js';
import { ExitStatus, UsageError } from '../../base/errors.js';
import { chooseCrypto } from '../../crypto/choose.js';
import { type Filled, filledBefore, fillSandbox } from '../../sandbox/fill.js';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/sandbox.js';
import { SANDBOX_APP } from '../../sandbox/world/world.js';
import { prepareDataDir } from '../../telegram/data-dir.js';
import type { CommandContext } from '../command.js';
import { settingsOf } from '../command-settings.js';
import { count } from '../progress/words.js';
import { refuseOtherFile, writePublicKey } from '../public-key-file.js';
import { readWeather, weatherRefusal } from '../weather-flags.js';

/** The DCs' ports are consecutive and must be below 32,768, because session strings hold them as int16. */
const MAX_FIRST_PORT = 32_766;
/** A terabyte, more than any memory holds. */
const MOST_KEPT_MIB = 1_048_576;
const LOOPBACK = '127.0.0.1';

/** `telepi sandbox`: serves a Telegram of one's own until it is interrupted, which is its normal end: status 0. */
export async function sandbox(context: CommandContext): Promise<number> {
  const { flags, output, signal, log } = context;
  const settings = settingsOf(context, []);
  const { dataDir } = settings;
  const weather = readWeather(flags);
  const ports = portsOf(flags['port']);
  const host = text(flags['host']) ?? LOOPBACK;
  const keyFile = await keyFileOf(context, dataDir);
  const stateFile = text(flags['state']);
  const seed = seedOf(flags['seed']);
  const content = contentOf(flags['content'], stateFile);
  const keptUploadBytes = keptOf(flags['keep-uploads']);
  const served = await serve({
    weather,
    crypto: chooseCrypto(settings.crypto),
    host,
    log,
    ...(seed === undefined ? {} : { seed }),
    redrawPhotos: flags['keep-photos'] !== true,
    ...(keptUploadBytes === undefined ? {} : { keptUploadBytes }),
    ...(ports ? { ports } : {}),
    ...(stateFile === undefined ? {} : { stateFile: resolve(context.sources.workingDirectory, stateFile) }),
  });
  try {
    const filled = fillOnce(served, flags['empty'] === true ? 'empty' : content);
    await writePublicKey(keyFile, served.server.publicKeyPem);
    announce(context, served, filled, keyFile);
    if (!isLoopback(host)) {
      output.note(
        `Everybody who reaches ${host} can use this sandbox: its code and passwords are not secret.`,
      );
    }
    await aborted(signal);
  } finally {
    await served.close();
  }
  // Not on standard output, which the README's command redirects into a file of settings.
  output.note('The sandbox is closed.');
  output.record({ event: 'closed' });
  return ExitStatus.done;
}

async function serve(options: SandboxOptions): Promise<Sandbox> {
  try {
    return await startSandbox(options);
  } catch (error) {
    throw weatherRefusal(error);
  }
}

function seedOf(flag: unknown): string | undefined {
  const seed = text(flag);
  if (seed === undefined || seed.trim() !== '') return seed;
  throw new UsageError('BAD_SEED', '--seed must be a word or a number; leave it out for a random one.');
}

type ContentName = 'demo' | 'showcase' | 'long';

function contentOf(flag: unknown, stateFile: string | undefined): ContentName {
  if (flag === undefined || flag === 'demo') return 'demo';
  if (flag === 'showcase') return 'showcase';
  if (flag === 'long' && stateFile === undefined) return 'long';
  throw new UsageError(
    'BAD_CONTENT',
    flag === 'long'
      ? 'The million messages of --content long fit into no state file: leave out --state.'
      : `--content must be demo, showcase or long, not ${JSON.stringify(flag)}.`,
  );
}

/** In bytes; 0 keeps nothing. */
function keptOf(flag: unknown): number | undefined {
  if (flag === undefined) return undefined;
  const mebibytes = /^\d+$/.test(String(flag)) ? Number(flag) : Number.NaN;
  if (mebibytes <= MOST_KEPT_MIB) return mebibytes * MIB;
  throw new UsageError(
    'BAD_KEEP_UPLOADS',
    `--keep-uploads must be a whole number of MiB from 0 to ${MOST_KEPT_MIB}, not ${JSON.stringify(flag)}.`,
  );
}

function portsOf(flag: unknown): readonly number[] | undefined {
  if (flag === undefined) return undefined;
  const port = /^\d+$/.test(String(flag)) ? Number(flag) : Number.NaN;
  if (!(port >= 1 && port <= MAX_FIRST_PORT)) {
    throw new UsageError(
      'BAD_PORT',
      `--port must be a whole number from 1 to ${MAX_FIRST_PORT}, not ${JSON.stringify(flag)}.`,
    );
  }
  return [port, port + 1];
}

async function keyFileOf(context: CommandContext, dataDir: string): Promise<string> {
  const given = text(context.flags['key']);
  if (given !== undefined) {
    const path = resolve(context.sources.workingDirectory, given);
    refuseOtherFile(path);
    return path;
  }
  await prepareDataDir(dataDir);
  return resolve(dataDir, 'sandbox.pem');
}

/** Says who filled it: this run, an earlier one that kept its state, or nobody. */
function fillOnce(served: Sandbox, content: ContentName | 'empty'): Filled | undefined {
  if (served.restored) return filledBefore(served.world);
  return content === 'empty' ? undefined : fillSandbox(served, { seed: served.seed, content });
}

/** Prints how to reach it, as lines for .env or as one record. */
function announce(
  { output }: CommandContext,
  served: Sandbox,
  filled: Filled | undefined,
  keyFile: string,
): void {
  const { host, port, dcId } = served.server;
  const settings: Readonly<Record<string, string>> = {
    TG_SERVER: `${host.includes(':') ? `[${host}]` : host}:${port}`,
    TG_SERVER_KEY: keyFile,
    TG_DC: String(dcId),
    TG_API_ID: String(SANDBOX_APP.apiId),
    TG_API_HASH: SANDBOX_APP.apiHash,
    ...(filled ? filledSettings(filled) : {}),
  };
  output.line(`# Sandbox of seed ${served.seed}; put these lines into a file, and name it with --settings:`);
  for (const [name, value] of Object.entries(settings)) output.line(`${name}=${quoted(value)}`);
  if (filled) {
    output.line(`# Without a password: TG_PHONE=${filled.plain.phone} TG_CODE=${filled.plain.code}`);
    if (filled.upgraded) {
      output.line(
        `# More of the showcase: SOURCE_CHAT=${filled.chats.channel.id}, ${filled.upgraded.id}, or me`,
      );
    }
    output.line(`# For telepi login --bot: TG_BOT_TOKEN=${filled.botToken}`);
  }
  const { accounts, chats } = served.world.state;
  const dcs = served.dcs.map((dc) => `DC ${dc.id} on port ${dc.port}`).join(', ');
  const filling = `${count(accounts.size, 'account')} and ${count(chats.size, 'chat')}`;
  output.note(`Serving ${filling}, ${dcs}, until interrupted.`);
  output.record({
    event: 'serving',
    seed: served.seed,
    restored: served.restored,
    dcs: served.dcs,
    settings,
  });
}

function filledSettings(filled: Filled): Record<string, string> {
  return {
    TG_PHONE: filled.phone,
    TG_CODE: filled.code,
    TG_PASSWORD: filled.password,
    SOURCE_CHAT: String(filled.source.id),
    TARGET_CHAT: String(filled.target.id),
    AUTO_CREATE_TOPICS: 'yes',
  };
}

function quoted(value: string): string {
  return /[\s#'"`]/.test(value) ? JSON.stringify(value) : value;
}

function text(flag: unknown): string | undefined {
  return flag === undefined ? undefined : String(flag);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
