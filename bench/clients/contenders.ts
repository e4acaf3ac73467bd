import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Libsql from 'libsql';
import { LEDGER_FILE } from '../../lib/ledger/ledger-file.js';
import type { Program } from '../process/child.js';
import { BEFORE, type Contender, type Work } from '../scenarios/row.js';
import { measureDriver } from './measure-driver.js';
import { measureRun, type RunTask } from './measure-run.js';
import type { Tuning } from './task.js';

/** The default of BUFFER_MB, in bytes. */
const DEFAULT_BUDGET = 500_000_000;

/** TelePi's client and streams, signed in and waiting when the clock starts, as every rival is. */
export function telepiDriver(
  name = 'telepi',
  tuning: Tuning = {},
  nodeFlags: readonly string[] = [],
): Contender {
  const script = fileURLToPath(new URL('telepi.js', import.meta.url));
  const program = { command: process.execPath, args: [...nodeFlags, script] };
  return { ...driver(name, program, tuning), budgetBytes: tuning.bufferBytes ?? DEFAULT_BUDGET };
}

/** The very `telepi run`, from the start of its process to its end, in a data directory that is new each time. */
export function telepiRun(nodeFlags: readonly string[] = []): Contender {
  return runContender('telepi run', { nodeFlags });
}

/** The same of another checkout, which is built. `folder`: its root. */
export function telepiRunBefore(folder: string): Contender {
  return runContender(BEFORE, { launcher: join(folder, 'bin/telepi') });
}

/** The same in a data directory of earlier runs, as every run but the first finds it. */
export function telepiRunAgain(): Contender {
  let dataDir: string | undefined;
  return {
    ...runContender('telepi run again'),
    async measure(work) {
      dataDir ??= await mkdtemp(join(tmpdir(), 'telepi-bench-data-'));
      return measureRunOf(work, { dataDir });
    },
    async close() {
      if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
      dataDir = undefined;
    },
  };
}

type RunOptions = Pick<RunTask, 'nodeFlags' | 'launcher' | 'dataDir'>;

function runContender(name: string, options: RunOptions = {}): Contender {
  return { name, budgetBytes: DEFAULT_BUDGET, measure: (work) => measureRunOf(work, options) };
}

function measureRunOf({ facts, session, source, target, around, timeoutMs }: Work, options: RunOptions) {
  const task = { facts, session, source: source.peer.chatId, target: target.chatId, ...options };
  return measureRun(task, { around, timeoutMs });
}

/**
 * The very `telepi download` of everything in the source, five files at once, from the start of its process to its end, in
 * a data directory that is new each time.
 */
export function telepiDownload(nodeFlags: readonly string[] = []): Contender {
  return {
    name: 'telepi download',
    budgetBytes: DEFAULT_BUDGET,
    measure({ facts, session, source, target, around, timeoutMs, folder = '' }) {
      const { chatId } = source.peer;
      const flags = [String(chatId), '--media-type', 'all', '--output', folder, '--parallel', '5'];
      const task = {
        facts,
        session,
        source: chatId,
        target: target.chatId,
        command: 'download',
        flags,
        nodeFlags,
      };
      return measureRun(task, { around, timeoutMs });
    },
  };
}

/**
 * The very `telepi download`, of which no file is wanted: it reads the history and keeps every message in its ledger, a new
 * SQLite file.
 */
export function telepiScan(): Contender {
  return {
    name: 'telepi download, its scan',
    async measure({ facts, session, source, target, around, timeoutMs }) {
      const dataDir = await mkdtemp(join(tmpdir(), 'telepi-bench-data-'));
      try {
        const { chatId } = source.peer;
        const files = join(dataDir, 'files');
        const flags = [String(chatId), '--media-type', 'document', '--ext', 'nosuch', '--output', files];
        const task = {
          facts,
          session,
          source: chatId,
          target: target.chatId,
          command: 'download',
          flags,
          dataDir,
        };
        const use = await measureRun(task, { around, timeoutMs });
        requireAll(countRows(join(dataDir, LEDGER_FILE)), source.messages);
        return use;
      } finally {
        await rm(dataDir, { recursive: true, force: true });
      }
    },
  };
}

function countRows(path: string): number {
  const database = new Libsql(path);
  try {
    const row = database.prepare('select count(*) as messages from messages').get() as { messages: number };
    return row.messages;
  } finally {
    database.close();
  }
}

function requireAll(messages: number | undefined, due: number): void {
  if (messages !== due) throw new Error(`${messages} of ${due} messages were read.`);
}

/** Any program that does a TransferTask. */
export function driver(name: string, program: Program, tuning: Tuning = {}): Contender {
  return {
    name,
    async measure({ facts, session, source, target, around, timeoutMs, folder, reads }) {
      const { messagesRead, ...use } = await measureDriver(
        program,
        {
          ...facts,
          session,
          source: source.peer,
          target,
          messageIds: source.messageIds,
          tuning,
          ...(folder !== undefined && { folder }),
          ...(reads && { reads }),
        },
        { around, timeoutMs },
      );
      if (reads) requireAll(messagesRead, source.messages);
      return use;
    },
  };
}
