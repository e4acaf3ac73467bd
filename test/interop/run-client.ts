import { spawn } from 'node:child_process';
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
}

const ERRORS_SHOWN = 4000;
/** A client that waits for an answer which it can't read waits for ever; a good one is done in 40 seconds. */
const LIMIT_MS = 180_000;

/** Runs a client to its end, or kills it after three minutes; so does the signal. */
export async function runClient(
  client: Pick<OtherClient, 'command'>,
  facts: Facts | object,
  signal: AbortSignal,
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
  child.stdin.end(JSON.stringify(facts));
  const outcomes: Outcome[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    // A library may print a line of its own.
    if (line.startsWith('{"step"')) outcomes.push(JSON.parse(line) as Outcome);
  }
  const status = await closed;
  if (child.signalCode) errors += `\nended by ${child.signalCode}`;
  return { outcomes, status, errors };
}
