import { fileURLToPath } from 'node:url';
import type { Program } from '../process/child.js';
import type { Contender } from '../scenarios/row.js';
import { measureDriver } from './measure-driver.js';
import { measureRun } from './measure-run.js';
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

/** The very `telepi run`, from the start of its process to its end. */
export function telepiRun(nodeFlags: readonly string[] = []): Contender {
  return {
    name: 'telepi run',
    budgetBytes: DEFAULT_BUDGET,
    measure: ({ facts, session, source, target, around, timeoutMs }) =>
      measureRun(
        { facts, session, source: source.peer.chatId, target: target.chatId, nodeFlags },
        { around, timeoutMs },
      ),
  };
}

/** Any program that does a TransferTask. */
export function driver(name: string, program: Program, tuning: Tuning = {}): Contender {
  return {
    name,
    measure: ({ facts, session, source, target, around, timeoutMs }) =>
      measureDriver(
        program,
        {
          ...facts,
          session,
          source: source.peer,
          target,
          messageIds: source.messageIds,
          tuning,
        },
        { around, timeoutMs },
      ),
  };
}
