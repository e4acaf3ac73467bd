import { type Clock, systemClock } from '../base/clock.js';
import { type Log, silentLog } from '../base/log.js';
import { type Random, seededRandom, systemRandom } from '../base/random.js';
import { FileStore } from './files/file-store.js';
import { allMethods } from './methods/all.js';
import type { MethodContext } from './methods/context.js';
import { Logins } from './methods/logins.js';
import { pushNewMessages } from './methods/push.js';
import { acceptLogin } from './methods/qr-login.js';
import { type SandboxServer, startServer } from './server.js';
import type { WeatherOptions } from './weather/options.js';
import { SandboxWeather } from './weather/weather.js';
import { World } from './world/world.js';

export interface SandboxOptions {
  /** Ids, hashes and the weather's chances are a function of it; made up, and told by the sandbox, when missing. */
  readonly seed?: string;
  readonly weather?: Partial<WeatherOptions>;
  /** Ids of the DCs; accounts live on the first. Default: 1 and 2. */
  readonly dcs?: readonly [number, ...number[]];
  /** Their ports; free ones below 32,768 when missing. */
  readonly ports?: readonly number[];
  /** Default: 127.0.0.1. */
  readonly host?: string;
  readonly clock?: Clock;
  /** Randomness of keys and nonces; the seed's never is. */
  readonly random?: Random;
  readonly log?: Log;
}

/** A Telegram of one's own, served on loopback. */
export interface Sandbox {
  readonly seed: string;
  /** The home DC's address and the server's RSA key. */
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly dcId: number;
    readonly publicKeyPem: string;
  };
  readonly dcs: SandboxServer['dcs'];
  readonly world: World;
  readonly files: FileStore;
  readonly weather: SandboxWeather;
  /** Accepts a QR login's token as the account's other device would. */
  acceptLogin(token: Buffer, userId: number): void;
  close(): Promise<void>;
}

/** Joins server, world, files and weather, and serves them until `close`. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { clock = systemClock, random = systemRandom, log = silentLog, dcs: ids = [1, 2] } = options;
  const seed = options.seed ?? systemRandom.bytes(8).toString('hex');
  const [homeDc] = ids;
  const world = new World({ clock, random: seededRandom(`${seed}/world`), homeDc });
  const weather = new SandboxWeather({
    seed,
    clock,
    ...(options.weather ? { options: options.weather } : {}),
  });
  const files = new FileStore({
    clock,
    random: seededRandom(`${seed}/files`),
    referencesExpireAfterReads: () => weather.options.referencesExpireAfterReads,
    roundTripMs: () => 2 * weather.latencyMs,
  });
  let server: SandboxServer | undefined;
  const running = (): SandboxServer => {
    if (!server) throw new Error('The server is not running yet.');
    return server;
  };
  const context: MethodContext = {
    world,
    files,
    logins: new Logins(clock, random),
    clock,
    random,
    log,
    dcs: () => running().dcs,
    pusher: running,
  };
  server = await startServer({
    dcs: ids,
    homeDc,
    methods: allMethods(context),
    weather,
    clock,
    random,
    log,
    ...(options.ports ? { ports: options.ports } : {}),
    ...(options.host ? { host: options.host } : {}),
  });
  const endPushing = pushNewMessages(context);
  const home = homeOf(server, homeDc);
  return {
    seed,
    server: { ...home, publicKeyPem: server.publicKeyPem },
    dcs: server.dcs,
    world,
    files,
    weather,
    acceptLogin: (token, userId) => {
      acceptLogin(context, token, userId);
    },
    close: async () => {
      endPushing();
      await running().close();
    },
  };
}

function homeOf(server: SandboxServer, homeDc: number): { host: string; port: number; dcId: number } {
  const home = server.dcs.find(({ id }) => id === homeDc);
  if (!home) throw new Error(`The home DC ${homeDc} is not served.`);
  return { host: home.host, port: home.port, dcId: home.id };
}
