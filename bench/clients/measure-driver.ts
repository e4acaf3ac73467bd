import { messageOf } from '../../lib/base/errors.js';
import { type Child, type Program, startChild } from '../process/child.js';
import { type LineReader, lineReader } from '../process/lines.js';
import { usageOf } from '../process/usage.js';
import { withinTime } from '../process/within-time.js';
import type { ServerUse } from '../server/messages.js';
import type { TransferDone, TransferTask } from './task.js';

/** What the client's process used for the work alone: it begins after sign-in and start-up. */
export interface ClientUse {
  readonly seconds: number;
  /** From the start of the process to the end of the work, with the sign-in. */
  readonly wholeSeconds?: number;
  readonly cpuSeconds: number | undefined;
  /** Over the whole life of the process. */
  readonly peakRssBytes: number | undefined;
  readonly heldBytes?: number;
  readonly messagesRead?: number;
  readonly loopDelay?: { readonly p99: number; readonly max: number };
}

/** Calls to the server's meter around the work. */
export interface Around {
  begin(): Promise<void>;
  end(): Promise<ServerUse>;
}

/**
 * Runs a driver through its task, and reads from outside what it used. Throws the driver's complaint when it fails, and
 * ends it when it takes longer than `timeoutMs`.
 */
export async function measureDriver(
  program: Program,
  task: TransferTask,
  { around, timeoutMs }: { readonly around: Around; readonly timeoutMs: number },
): Promise<ClientUse> {
  const startedAt = performance.now();
  const child = startChild(program);
  try {
    return await withinTime(timeoutMs, work(child, task, { around, startedAt }));
  } catch (error) {
    throw new Error([messageOf(error), child.complaint()].join('\n').trim());
  } finally {
    child.kill();
  }
}

async function work(
  child: Child,
  task: TransferTask,
  { around, startedAt }: { readonly around: Around; readonly startedAt: number },
): Promise<ClientUse> {
  const { stdin, stdout, pid } = child;
  const lines = lineReader(stdout);
  stdin.write(`${JSON.stringify(task)}\n`);
  await event(lines, 'ready');
  await around.begin();
  const before = usageOf(pid);
  const beganAt = performance.now();
  stdin.write('go\n');
  const done = (await event(lines, 'done')) as TransferDone;
  const endedAt = performance.now();
  const after = usageOf(pid);
  await around.end();
  stdin.end();
  await child.ended;
  return {
    seconds: (endedAt - beganAt) / 1000,
    wholeSeconds: (endedAt - startedAt) / 1000,
    cpuSeconds: before && after && after.cpuSeconds - before.cpuSeconds,
    peakRssBytes: after?.peakRssBytes,
    ...(done.messages === undefined ? {} : { messagesRead: done.messages }),
    ...(done.heldBytes === undefined ? {} : { heldBytes: done.heldBytes }),
    ...(done.loopDelay && { loopDelay: done.loopDelay }),
  };
}

/** The next line that is an event of this name; a library's own output in between is skipped. */
async function event(lines: LineReader, name: string): Promise<unknown> {
  for (;;) {
    const line = await lines.next();
    const value = line.startsWith('{"event"') ? (JSON.parse(line) as { event: string }) : undefined;
    if (value?.event === name) return value;
  }
}
