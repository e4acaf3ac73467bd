import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { OtherClient } from './clients.js';
import type { Facts } from './scene.js';
import type { Found } from './steps.js';

/** One line of a client: its findings at a step, or why it couldn't take the step. */
export type Outcome =
  | { readonly step: string; readonly found: Found }
  | { readonly step: string; readonly error: string };

export interface ClientRun {
  readonly outcomes: readonly Outcome[];
  readonly status: number | null;
  /** The end of standard error. */
  readonly errors: string;
  /** Says what a client was doing that was killed because it said nothing for `stillMs`. */
  readonly stoodStill?: string;
}

const ERRORS_SHOWN = 4000;
/** A client that waits for an answer which it can't read waits for ever; a good one is done in 40 seconds. */
const LIMIT_MS = 180_000;

/**
 * Runs a client to its end, or kills it after three minutes, or after `stillMs` milliseconds without a line of its own; so does the
 * signal. Each client ends a step after a minute and says so: one that is silent for longer doesn't wait for the server, but stands still.
 */
export async function runClient(
  client: Pick<OtherClient, 'command'>,
  facts: Facts | object,
  signal: AbortSignal,
  stillMs = LIMIT_MS,
): Promise<ClientRun> {
  const [command = '', ...args] = client.command;
  const child = spawn(command, args, { stdio: 'pipe', signal, timeout: LIMIT_MS, killSignal: 'SIGKILL' });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-ERRORS_SHOWN);
  });
  const closed = new Promise<number | null>((resolve, reject) =>
    child.on('close', resolve).on('error', reject),
  );
  let examined: Promise<string> | undefined;
  const still = setTimeout(() => {
    examined = activityOf(child.pid ?? 0).finally(() => child.kill('SIGKILL'));
  }, stillMs);
  child.stdin.end(JSON.stringify(facts));
  const outcomes: Outcome[] = [];
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      // A library may print a line of its own.
      if (!line.startsWith('{"step"')) continue;
      outcomes.push(JSON.parse(line) as Outcome);
      still.refresh();
    }
  } finally {
    clearTimeout(still);
  }
  const status = await closed;
  const stoodStill = await examined;
  if (child.signalCode) errors += `\nended by ${child.signalCode}`;
  return { outcomes, status, errors, ...(stoodStill !== undefined && { stoodStill }) };
}

/** The state and the processor time of a process (Linux): whether it spins or waits. */
async function activityOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // Fields 14 and 15 are in hundredths of a second; the second field is a name in brackets.
  const [state = 'unknown', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return `state ${state}, ${(Number(fields[10] ?? 0) + Number(fields[11] ?? 0)) / 100} s of CPU`;
}
