import { ExitStatus } from '../../base/errors.js';
import { TelegramError } from '../../refusals/telegram-error.js';
import { asFailure } from '../failure.js';

/**
 * `ok`: tried, and it works. `fix`: it doesn't; the detail says what to do. `warning`: a run works, but something needs
 * attention; the detail says what to do. `unknown`: the server or the system doesn't say, which need not be a fault.
 * `skipped`: not tried, because something before it failed.
 */
export type FindingStatus = 'ok' | 'fix' | 'warning' | 'unknown' | 'skipped';

export interface Finding {
  readonly name: string;
  readonly status: FindingStatus;
  readonly detail: string;
  /** The command's exit status when this is the worst finding; only with `fix`. */
  readonly exitStatus?: number;
}

/** The result of a probe: a detail when all is well, or one of the other outcomes. */
export type Outcome =
  | string
  | { readonly unknown: string }
  | { readonly warning: string }
  | { readonly fix: string };

/** Runs one probe. An error becomes a finding, except the user's own interruption, which is thrown again. */
export async function probe(
  name: string,
  signal: AbortSignal,
  work: () => Outcome | Promise<Outcome>,
): Promise<Finding> {
  try {
    signal.throwIfAborted();
    return findingOf(name, await work());
  } catch (error) {
    signal.throwIfAborted();
    const failure = asFailure(error);
    return { name, status: 'fix', detail: failure.message, exitStatus: failure.exitStatus };
  }
}

/** As probe, for a call that a server may refuse without harm: a refusal is `unknown`. */
export function optionalProbe(
  name: string,
  signal: AbortSignal,
  work: () => Outcome | Promise<Outcome>,
): Promise<Finding> {
  return probe(name, signal, async () => {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TelegramError)) throw error;
      return { unknown: `the server doesn't say: ${error.message}` };
    }
  });
}

export function skipped(name: string, reason: string): Finding {
  return { name, status: 'skipped', detail: reason };
}

function findingOf(name: string, outcome: Outcome): Finding {
  if (typeof outcome === 'string') return { name, status: 'ok', detail: outcome };
  if ('warning' in outcome) return { name, status: 'warning', detail: outcome.warning };
  if ('unknown' in outcome) return { name, status: 'unknown', detail: outcome.unknown };
  return { name, status: 'fix', detail: outcome.fix, exitStatus: 1 };
}

/** Settings first, then login, then the rest: the order in which a user fixes them. */
export function worst(findings: readonly Finding[]): number {
  const statuses = findings.map(({ exitStatus }) => exitStatus ?? ExitStatus.failed);
  const order = [ExitStatus.usage, ExitStatus.notSignedIn];
  return order.find((status) => statuses.includes(status)) ?? ExitStatus.failed;
}
