import { type Clock, systemClock } from '../base/clock.js';
import { type Log, silentLog } from '../base/log.js';
import { type Random, seededRandom, systemRandom } from '../base/random.js';
import type { ServerAddress } from '../base/server-address.js';
import type { MessageCrypto } from '../crypto/message-crypto.js';
import { FileStore } from './files/file-store.js';
import { allMethods } from './methods/all.js';
import type { MethodContext } from './methods/context.js';
import { Logins } from './methods/logins.js';
import { pushUpdates } from './methods/push.js';
import { acceptLogin } from './methods/qr-login.js';
import type { DhGroup } from './mtproto/dh.js';
import { makeReport, type SandboxReport } from './report.js';
import type { MethodTable } from './rpc.js';
import { type SandboxServer, type ServerState, startServer } from './server.js';
import { readState, type SandboxState, StateSaver } from './state-file.js';
import type { WeatherOptions } from './weather/options.js';
import { covers, SandboxWeather } from './weather/weather.js';
import { World } from './world/world.js';

export interface SandboxOptions {
  /** Ids, hashes and the weather's chances are a function of it; by default the sandbox chooses and reports one. */
  readonly seed?: string;
  readonly weather?: Partial<WeatherOptions>;
  /** Ids of the DCs; accounts live on the first. Default: 1 and 2. */
  readonly dcs?: readonly [number, ...number[]];
  /** Their ports; default: free ones below 32,768. */
  readonly ports?: readonly number[];
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Keeps accounts, chats, messages and auth keys over restarts; created if missing. */
  readonly stateFile?: string;
  /** The RSA key and the auth keys to start with, unless the state file has them; default: new ones. */
  readonly serverState?: ServerState;
  /** Takes a quarter of a second to make: pass the same one to many sandboxes. */
  readonly dhGroup?: DhGroup;
  /** Default: the fastest available. */
  readonly crypto?: MessageCrypto;
  /** See FileStoreOptions. */
  readonly keptUploadBytes?: number;
  /** Whether uploaded photos are drawn again, as Telegram does: other bytes, the same picture. Default: false. */
  readonly redrawPhotos?: boolean;
  readonly clock?: Clock;
  /** Randomness of keys and nonces; the seed's is never used for them. */
  readonly random?: Random;
  readonly log?: Log;
  /** Gets the methods and returns the ones to serve: for answers that no good server gives. */
  readonly methods?: (methods: MethodTable) => MethodTable;
}

/** A Telegram of one's own, served on loopback. */
export interface Sandbox {
  readonly seed: string;
  /** The home DC's address and the server's RSA key. */
  readonly server: ServerAddress;
  readonly dcs: SandboxServer['dcs'];
  readonly world: World;
  readonly files: FileStore;
  readonly weather: SandboxWeather;
  /** Accepts a QR login's token as the account's other device would. */
  acceptLogin(token: Buffer, userId: number): void;
  /** Whether it continued with accounts that an earlier run had saved. */
  readonly restored: boolean;
  /** Everything that happened so far. */
  report(): SandboxReport;
  /**
   * Switches the network to it: when it goes down, every connection closes at once, and new ones as soon as they are
   * made.
   */
  setReachable(reachable: boolean): void;
  close(): Promise<void>;
}

/**
 * Joins server, world, files and weather, and serves them until `close`. Throws a RangeError that names the option if
 * the sandbox doesn't have a method that faults are for, and LISTEN_FAILED when it can't listen.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const saved = options.stateFile === undefined ? undefined : await readState(options.stateFile);
  const parts = makeParts(options, saved);
  const { context, world, files, weather, seed, run } = parts;
  const server = await serve(options, parts, saved);
  parts.started(server);
  const saver = await startSaving(options.stateFile, context, () => ({
    version: 1,
    seed,
    run,
    ports: server.dcs.map(({ port }) => port),
    world: world.state,
    files: [...files.all()],
    server: server.exportState(),
  })).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  const endPushing = pushUpdates(context);
  return {
    seed,
    server: { ...homeOf(server, world.homeDc), publicKeyPem: server.publicKeyPem },
    dcs: server.dcs,
    world,
    files,
    weather,
    restored: (saved?.world.accounts.size ?? 0) > 0,
    acceptLogin: (token, userId) => {
      acceptLogin(context, token, userId);
    },
    report: () => makeReport(world, files, weather, server),
    setReachable: (reachable) => server.setReachable(reachable),
    close: async () => {
      endPushing();
      await server.close();
      await saver?.close();
    },
  };
}

/** Everything except the server, which needs the rest. */
function makeParts(options: SandboxOptions, saved: SandboxState | undefined) {
  const { clock = systemClock, random = systemRandom, log = silentLog, dcs = [1, 2] } = options;
  const seed = saved?.seed ?? options.seed ?? systemRandom.bytes(8).toString('hex');
  const run = (saved?.run ?? 0) + 1;
  const world = new World({
    clock,
    random: seededRandom(`${seed}/world/${run}`),
    homeDc: dcs[0],
    ...(saved ? { state: saved.world } : {}),
  });
  const weather = new SandboxWeather({
    seed,
    clock,
    ...(options.weather ? { options: options.weather } : {}),
  });
  const files = new FileStore({
    clock,
    random: seededRandom(`${seed}/files/${run}`),
    referencesExpireAfterReads: () => weather.options.referencesExpireAfterReads,
    usedUpload: () => weather.usedUpload(),
    roundTripMs: () => 2 * weather.latencyMs,
    redrawsPhotos: options.redrawPhotos ?? false,
    ...(options.keptUploadBytes === undefined ? {} : { keptUploadBytes: options.keptUploadBytes }),
  });
  for (const file of saved?.files ?? []) files.put(file);
  let server: SandboxServer | undefined;
  const running = (): SandboxServer => {
    if (!server) throw new Error('The server is not running yet.');
    return server;
  };
  const context: MethodContext = {
    world,
    files,
    logins: new Logins(clock, random),
    randomIds: weather.randomIds,
    slowmodeForAll: () => weather.options.slowmodeSeconds,
    clock,
    random,
    log,
    dcs: () => running().dcs,
    pusher: running,
  };
  const started = (value: SandboxServer): void => {
    server = value;
  };
  return { context, world, files, weather, seed, run, dcs, started };
}

async function serve(
  options: SandboxOptions,
  { context, weather, world, dcs }: ReturnType<typeof makeParts>,
  saved: SandboxState | undefined,
): Promise<SandboxServer> {
  const { clock, random, log } = context;
  const ports = options.ports ?? saved?.ports;
  const state = saved?.server ?? options.serverState;
  const methods = allMethods(context);
  refuseUnknownMethods(weather.options.faultMethods, [...methods.keys()]);
  const server = await startServer({
    dcs,
    homeDc: world.homeDc,
    methods: options.methods?.(methods) ?? methods,
    weather,
    clock,
    random,
    log,
    ...(ports ? { ports } : {}),
    ...(options.host ? { host: options.host } : {}),
    ...(options.dhGroup ? { dhGroup: options.dhGroup } : {}),
    ...(state ? { privateKeyPem: state.privateKeyPem } : {}),
    ...(options.crypto ? { crypto: options.crypto } : {}),
  });
  if (state) server.importState(state);
  return server;
}

function refuseUnknownMethods(patterns: readonly string[], methods: readonly string[]): void {
  const unknown = patterns.filter((pattern) => !methods.some((method) => covers(pattern, method)));
  if (unknown.length === 0) return;
  throw new RangeError(
    `faultMethods must name methods of the sandbox, as messages.sendMessage or upload.*, not ${unknown.join(', ')}.`,
  );
}

/** Writes the state at once, so that an unwritable file is refused before any work, and then after changes. */
async function startSaving(
  path: string | undefined,
  { world, clock, log }: MethodContext,
  snapshot: () => SandboxState,
): Promise<Pick<StateSaver, 'close'> | undefined> {
  if (path === undefined) return undefined;
  const saver = new StateSaver({ path, clock, log, snapshot });
  await saver.save();
  const endWatching = world.onChange(() => saver.touch());
  return {
    close: async () => {
      endWatching();
      await saver.close();
    },
  };
}

function homeOf(server: SandboxServer, homeDc: number): { host: string; port: number; dcId: number } {
  const home = server.dcs.find(({ id }) => id === homeDc);
  if (!home) throw new Error(`The home DC ${homeDc} is not served.`);
  return { host: home.host, port: home.port, dcId: home.id };
}
