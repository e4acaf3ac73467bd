import { systemClock } from '../../lib/base/clock.js';
import { FailedError, messageOf, NotSignedInError } from '../../lib/base/errors.js';
import { silentLog } from '../../lib/base/log.js';
import { systemRandom } from '../../lib/base/random.js';
import { readSettings, type Settings } from '../../lib/settings/settings.js';
import type { Chat } from '../../lib/telegram/chat.js';
import { parseChatRef } from '../../lib/telegram/chat-ref.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import type { TelepiClient } from '../../lib/telegram/client.js';
import { connectTelegram } from '../../lib/telegram/connect.js';
import { fileSessionStore, stringSessionStore } from '../../lib/telegram/session-store.js';
import type { BenchOptions } from '../arguments.js';
import { telepiDriver } from '../clients/contenders.js';
import { measureRun } from '../clients/measure-run.js';
import { report, tell, tellSample } from '../report/report.js';
import { installRivals } from '../rivals/install.js';
import type { Contender, Sample } from '../scenarios/row.js';
import type { ServerUse } from '../server/messages.js';
import { compareFiles } from './compare-files.js';
import { largestFile, newestFile, peerOf } from './real-messages.js';

/** The facts that the real server doesn't report. */
const UNSEEN: ServerUse = {
  cpuSeconds: 0,
  firstToLastSeconds: 0,
  untilFirstSeconds: undefined,
  requests: {},
  firstRequests: {},
  connections: 0,
};
const around = { begin: async () => {}, end: async () => UNSEEN };

/**
 * Measures on real chats, with the account of the settings: `file` carries the largest of the source's last 100 files,
 * once per round and client; `run` is one `telepi run` of the whole pair in a data directory of its own. Waits
 * MIN_INTERVAL between messages. Returns 1 when a run failed or the target's file isn't the source's.
 */
export async function benchReal(options: BenchOptions): Promise<number> {
  const settings = readSettings(
    {
      flags: { source: options.source, target: options.target },
      environment: process.env,
      workingDirectory: process.cwd(),
    },
    { needs: ['apiId', 'apiHash', 'sourceChat', 'targetChat'] },
  );
  const session = await sessionOf(settings);
  const client = await connected(settings, session);
  const samples: Sample[] = [];
  const take = (sample: Sample): void => {
    samples.push(sample);
    tellSample(sample);
  };
  const installed = await installRivals(options.rivals, options.cacheDir, tell);
  try {
    const signal = new AbortController().signal;
    const chatOf = (text = ''): Promise<Chat> => resolveChat(client, parseChatRef(text), signal);
    const pair = { source: await chatOf(settings.sourceChat), target: await chatOf(settings.targetChat) };
    const real: Real = { client, settings, session, ...pair, options, take };
    if (options.scenarios.includes('file')) await measureFile(real, [telepiDriver(), ...installed.rivals]);
    if (options.scenarios.includes('run')) await measureWhole(real);
  } finally {
    await client.close();
  }
  report(options, samples, installed);
  return samples.every(({ ok }) => ok) ? 0 : 1;
}

interface Real {
  readonly client: TelepiClient;
  readonly settings: Settings;
  readonly session: string;
  readonly source: Chat;
  readonly target: Chat;
  readonly options: BenchOptions;
  readonly take: (sample: Sample) => void;
}

async function measureFile(real: Real, contenders: readonly Contender[]): Promise<void> {
  const { client, settings, session, source, target, options } = real;
  const original = await largestFile(client, source);
  const bytes = original.file.size;
  const work = {
    facts: factsOf(settings),
    session,
    source: { peer: peerOf(source), messageIds: [original.message.id], messages: 1, bytes },
    target: peerOf(target),
    around,
    timeoutMs: options.timeoutMs,
  };
  for (let round = 1; round <= options.runs; round += 1) {
    for (const contender of contenders) {
      const known = { scenario: 'file', variant: original.file.name, client: contender.name, round, bytes };
      real.take(
        await sampleOf({ ...known, messages: 1, budgetBytes: contender.budgetBytes }, async () => {
          const use = await contender.measure(work);
          const copy = await newestFile(client, target);
          await compareFiles(client, { chat: source, ...original }, { chat: target, ...copy });
          return use;
        }),
      );
      await systemClock.sleep(settings.minIntervalMs);
    }
  }
}

async function measureWhole({ settings, session, source, target, options, take }: Real): Promise<void> {
  const known = {
    scenario: 'run',
    variant: `${source.title} → ${target.title}`,
    client: 'telepi run',
    round: 1,
  };
  let [bytes, messages] = [0, 0];
  const sample = await sampleOf(
    { ...known, bytes, messages, budgetBytes: settings.bufferBytes },
    async () => {
      const use = await measureRun(
        {
          facts: factsOf(settings),
          session,
          source: source.id,
          target: target.id,
          minIntervalSeconds: settings.minIntervalMs / 1000,
          flags: [
            '--buffer-mb',
            String(settings.bufferBytes / 1e6),
            '--parallel-uploads',
            String(settings.parallelUploads),
          ],
        },
        { around, timeoutMs: options.timeoutMs },
      );
      ({ bytes, messages } = use.sent);
      return use;
    },
  );
  take({ ...sample, bytes, messages });
}

type Known = Pick<Sample, 'scenario' | 'variant' | 'client' | 'round' | 'bytes' | 'messages' | 'budgetBytes'>;

async function sampleOf(known: Known, work: () => Promise<Partial<Sample>>): Promise<Sample> {
  const unseen = { roundTripMs: 0, serverCpuSeconds: 0, firstToLastSeconds: 0, requests: 0, connections: 0 };
  try {
    return { ...known, ...unseen, ok: true, seconds: 0, ...(await work()) };
  } catch (error) {
    return { ...known, ...unseen, ok: false, reason: messageOf(error), seconds: 0 };
  }
}

async function sessionOf({ session, dataDir }: Settings): Promise<string> {
  const text = session ?? (await fileSessionStore(dataDir).load());
  if (text === undefined)
    throw new NotSignedInError('This account is not signed in: run telepi login first.');
  return text;
}

function connected(settings: Settings, session: string): Promise<TelepiClient> {
  const { apiId, apiHash } = factsOf(settings);
  return connectTelegram({
    apiId,
    apiHash,
    session: stringSessionStore(session),
    ...(settings.server && { server: settings.server }),
    testDc: settings.testDc,
    log: silentLog,
    clock: systemClock,
    random: systemRandom,
    onWait: ({ method, ms }) => tell(`${method} waits ${ms / 1000} s.`),
    signal: new AbortController().signal,
  });
}

function factsOf({ apiId, apiHash, server, testDc }: Settings) {
  if (apiId === undefined || apiHash === undefined) {
    throw new FailedError('MISSING_SETTING', 'TG_API_ID and TG_API_HASH are needed to connect: set both.');
  }
  return { apiId, apiHash, testDc, ...(server && { server }) };
}
