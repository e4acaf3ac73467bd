import { Api } from 'telegram';
import { systemClock } from '../../lib/base/clock.js';
import { silentLog } from '../../lib/base/log.js';
import { systemRandom } from '../../lib/base/random.js';
import type { Method } from '../../lib/sandbox/rpc.js';
import { type SandboxServer, type SandboxServerOptions, startServer } from '../../lib/sandbox/server.js';
import { calmWeather } from './calm-weather.js';

/** The protocol server with as few methods as a test of the protocol needs: help.getConfig and help.getNearestDc. */
export async function startSmallServer(
  methods: Readonly<Record<string, Method>> = {},
  options: Partial<SandboxServerOptions> = {},
): Promise<SandboxServer> {
  const server: SandboxServer = await startServer({
    dcs: [1],
    homeDc: 1,
    methods: new Map<string, Method>([
      ['help.GetConfig', (_request, { dcId }) => configOf(server, dcId)],
      [
        'help.GetNearestDc',
        (_request, { dcId }) => new Api.NearestDc({ country: 'NL', thisDc: dcId, nearestDc: 1 }),
      ],
      ...Object.entries(methods),
    ]),
    weather: calmWeather,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    ...options,
  });
  return server;
}

/** The other fields of help.getConfig: TL requires them all, and no test of the protocol reads one. */
const NUMBERS = `chatSizeMax megagroupSizeMax forwardedCountMax onlineUpdatePeriodMs offlineBlurTimeoutMs
  offlineIdleTimeoutMs onlineCloudTimeoutMs notifyCloudDelayMs notifyDefaultDelayMs pushChatPeriodMs pushChatLimit
  editTimeLimit revokeTimeLimit revokePmTimeLimit ratingEDecay stickersRecentLimit callReceiveTimeoutMs
  callRingTimeoutMs callConnectTimeoutMs callPacketTimeoutMs channelsReadMediaPeriod captionLengthMax messageLengthMax
  webfileDcId`.split(/\s+/);

function configOf(server: SandboxServer, thisDc: number): Api.Config {
  const now = Math.floor(systemClock.now() / 1000);
  return new Api.Config({
    ...(Object.fromEntries(NUMBERS.map((name) => [name, 1])) as unknown as ConstructorParameters<
      typeof Api.Config
    >[0]),
    date: now,
    expires: now + 3600,
    testMode: false,
    thisDc,
    dcOptions: server.dcs.map(({ id, host, port }) => new Api.DcOption({ id, ipAddress: host, port })),
    dcTxtDomainName: 'localhost',
    meUrlPrefix: 'https://t.me/',
  });
}
