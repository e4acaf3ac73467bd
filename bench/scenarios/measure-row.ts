import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../lib/base/errors.js';
import { FAIR_WEATHER } from '../../lib/sandbox/weather/options.js';
import type { ClientUse } from '../clients/measure-driver.js';
import type { CheckOutcome, ServerUse, SourceFacts, SourceSpec } from '../server/messages.js';
import type { SandboxProcess } from '../server/sandbox-process.js';
import { compareFolder } from './compare-folder.js';
import type { Contender, Row, Sample, Work } from './row.js';

export interface Bench {
  readonly sandbox: SandboxProcess;
  readonly session: string;
  readonly timeoutMs: number;
  /** Sources that the sandbox holds already, by their content. */
  readonly sources: Map<string, SourceFacts>;
  /** Whether this run is known from before, and needn't be measured again. */
  readonly isKnown: (row: Row, contender: Contender, round: number) => boolean;
  readonly onSample: (sample: Sample) => void;
}

/** Measures a row: in each round every contender once, beginning with a different one each time. */
export async function measureRow(bench: Bench, row: Row): Promise<void> {
  await bench.sandbox.call('weather', { ...FAIR_WEATHER, ...row.weather });
  try {
    for (let round = 1; round <= row.runs; round += 1) {
      for (const nth of row.contenders.keys()) {
        const contender = row.contenders[(nth + round - 1) % row.contenders.length];
        if (!contender || bench.isKnown(row, contender, round)) continue;
        bench.onSample(await measureOnce(bench, row, contender, round));
      }
    }
  } finally {
    for (const { close } of row.contenders) await close?.();
  }
}

const NOTHING: ServerUse = {
  cpuSeconds: 0,
  firstToLastSeconds: 0,
  untilFirstSeconds: undefined,
  requests: {},
  firstRequests: {},
  connections: 0,
};

/** A run that fails is a sample too: a bench that stopped at the first fault would show nothing about the rest. */
async function measureOnce(bench: Bench, row: Row, contender: Contender, round: number): Promise<Sample> {
  const { sandbox, session, timeoutMs } = bench;
  const source = await sourceOf(bench, row.source);
  const target = await sandbox.call('target');
  let server = NOTHING;
  const around = {
    begin: () => sandbox.call('begin'),
    end: async () => {
      server = await sandbox.call('end');
      return server;
    },
  };
  const known = {
    scenario: row.scenario,
    variant: row.variant,
    client: contender.name,
    round,
    bytes: source.bytes,
    messages: source.messages,
    roundTripMs: 2 * (row.weather.latencyMs ?? 0),
    budgetBytes: contender.budgetBytes,
  };
  try {
    const { server: address, apiId, apiHash } = sandbox.facts;
    const work = {
      facts: { server: address, apiId, apiHash },
      session,
      source,
      target,
      around,
      timeoutMs,
      ...(row.reads && { reads: true }),
    };
    const { ok, reason, ...used } = row.downloads
      ? await downloadOf(bench, contender, work)
      : await transferOf(bench, contender, work);
    const steps = row.showsSteps && ok ? { firstRequests: server.firstRequests } : {};
    return { ...known, ok, reason, ...used, ...seenBy(server), ...steps };
  } catch (error) {
    return { ...known, ok: false, reason: messageOf(error), seconds: 0, ...seenBy(server) };
  }
}

type Outcome = ClientUse & CheckOutcome;

async function transferOf({ sandbox }: Bench, contender: Contender, work: Work): Promise<Outcome> {
  const used = await contender.measure(work);
  if (contender.sendsNothing || work.reads) return { ok: true, ...used };
  const pair = { source: work.source.peer.chatId, target: work.target.chatId };
  return { ...used, ...(await sandbox.call('check', pair)) };
}

async function downloadOf({ sandbox }: Bench, contender: Contender, work: Work): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'telepi-bench-files-'));
  try {
    const used = await contender.measure({ ...work, folder });
    return { ...used, ...compareFolder(folder, await sandbox.call('files', work.source.peer.chatId)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function seenBy(server: ServerUse) {
  const { cpuSeconds, firstToLastSeconds, untilFirstSeconds, requests, connections } = server;
  const sum = Object.values(requests).reduce((total, count) => total + count, 0);
  return { serverCpuSeconds: cpuSeconds, firstToLastSeconds, untilFirstSeconds, requests: sum, connections };
}

async function sourceOf({ sandbox, sources }: Bench, spec: SourceSpec): Promise<SourceFacts> {
  const key = JSON.stringify(spec);
  const facts = sources.get(key) ?? (await sandbox.call('source', spec));
  sources.set(key, facts);
  return facts;
}
