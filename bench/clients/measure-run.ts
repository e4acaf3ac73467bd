import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../lib/base/errors.js';
import { type Child, startChild } from '../process/child.js';
import type { ProbeReport } from '../process/probe.js';
import { withinTime } from '../process/within-time.js';
import type { ConnectFacts } from '../server/messages.js';
import type { Around, ClientUse } from './measure-driver.js';

/** A run of the same command that users type. */
export interface RunTask {
  readonly facts: ConnectFacts;
  readonly session: string;
  readonly source: number;
  readonly target: number;
  /** 0 unless given. */
  readonly minIntervalSeconds?: number;
  /** Of `telepi`; `run` unless given. */
  readonly command?: string;
  /** More words and flags of the command. */
  readonly flags?: readonly string[];
  /** Of Node.js itself. */
  readonly nodeFlags?: readonly string[];
  /** `bin/telepi` of another checkout that is built; this one's unless given. */
  readonly launcher?: string;
  /** A data directory that stays; one that is removed afterwards unless given. */
  readonly dataDir?: string;
}

export interface RunUse extends ClientUse {
  /** According to the command's own summary. */
  readonly sent: { readonly messages: number; readonly bytes: number };
}

const LAUNCHER = fileURLToPath(new URL('../../../bin/telepi', import.meta.url));
const PROBE = new URL('../process/probe.js', import.meta.url).href;

/**
 * Measures `telepi run` from its start to its end, start-up included. `inspect` sees the job's directory before it is
 * removed, and the process while it runs. Throws the run's complaint unless it ended with 0.
 */
export async function measureRun(
  task: RunTask,
  {
    around,
    timeoutMs,
    onStart,
  }: {
    readonly around: Around;
    readonly timeoutMs: number;
    /** Called with the process and the folder that it may write to. */
    readonly onStart?: (pid: number | undefined, folder: string) => void;
  },
): Promise<RunUse> {
  const folder = await mkdtemp(join(tmpdir(), 'telepi-bench-'));
  try {
    const environment = await environmentOf(task, folder);
    await around.begin();
    const beganAt = performance.now();
    const args = [
      ...(task.nodeFlags ?? []),
      '--import',
      PROBE,
      task.launcher ?? LAUNCHER,
      task.command ?? 'run',
      '--json',
      ...(task.flags ?? []),
    ];
    const child = startChild({ command: process.execPath, args, environment, cwd: folder });
    onStart?.(child.pid, folder);
    try {
      const { status, ...use } = await withinTime(timeoutMs, outcomeOf(child));
      const seconds = (performance.now() - beganAt) / 1000;
      await around.end();
      if (status !== 0) throw new Error(`telepi ended with status ${status}.`);
      return { seconds, wholeSeconds: seconds, ...use };
    } catch (error) {
      throw new Error(`${messageOf(error)}\n${child.complaint()}`.trim());
    } finally {
      child.kill();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Summary {
  readonly sent: number;
  readonly bytes: number;
  readonly peakHeldBytes: number;
}

async function outcomeOf(child: Child): Promise<Omit<RunUse, 'seconds'> & { status: number | null }> {
  child.stdin.end();
  const [output, report, status] = await Promise.all([text(child.stdout), text(child.report), child.ended]);
  const { cpuSeconds, peakRssBytes, loopDelay } = JSON.parse(report || '{}') as Partial<ProbeReport>;
  const summary = output
    .split('\n')
    .filter((line) => line.startsWith('{"event":"summary"'))
    .map((line) => JSON.parse(line) as Summary)
    .at(-1);
  return {
    status,
    cpuSeconds,
    peakRssBytes,
    ...(loopDelay && { loopDelay }),
    ...(summary && { heldBytes: summary.peakHeldBytes }),
    sent: { messages: summary?.sent ?? 0, bytes: summary?.bytes ?? 0 },
  };
}

async function environmentOf(
  { facts, session, source, target, minIntervalSeconds = 0, dataDir }: RunTask,
  folder: string,
): Promise<Record<string, string>> {
  const { apiId, apiHash, server, testDc } = facts;
  const keyFile = join(folder, 'server.pem');
  if (server) await writeFile(keyFile, server.publicKeyPem);
  return {
    ...(server && {
      TG_SERVER: `${server.host}:${server.port}`,
      TG_SERVER_KEY: keyFile,
      TG_DC: String(server.dcId),
    }),
    ...(testDc && { TG_TEST_DC: 'yes' }),
    TG_API_ID: String(apiId),
    TG_API_HASH: apiHash,
    TG_SESSION: session,
    SOURCE_CHAT: String(source),
    TARGET_CHAT: String(target),
    DATA_DIR: dataDir ?? join(folder, 'data'),
    MIN_INTERVAL: String(minIntervalSeconds),
    TMPDIR: folder,
  };
}
