import { TelepiError } from '../../lib/base/errors.js';
import type { LifeEnd } from './life.js';
import type { Fault, Plan } from './plan.js';

const CONNECTIONS: readonly Fault[] = ['outage', 'drop-before', 'drop-after', 'reset', 'server-error'];

/** The codes that a disturbed process may end with, and the faults that explain each. */
const EXCUSES: Readonly<Record<string, readonly Fault[]>> = {
  INTERRUPTED: ['interrupt'],
  STATE_UNWRITABLE: ['disk-full'],
  LOCK_FAILED: ['disk-full'],
  CANNOT_CONNECT: CONNECTIONS,
  TELEGRAM_UNREACHABLE: ['outage'],
};

/** Throws for an end that none of the plan's faults explains. */
export function judge(end: LifeEnd, { faults }: Plan): void {
  if (end.kind === 'died') return;
  if (end.kind === 'done') {
    requireNoFailures(end);
    return;
  }
  const code = end.error instanceof TelepiError ? end.error.code : 'no code of its own';
  if (EXCUSES[code]?.some((fault) => faults.has(fault))) return;
  throw new Error(`A process ended with ${code}.`, { cause: end.error });
}

/**
 * Nothing here is a message's own fault. A reply is cloned as a plain message, and counted; so are custom emoji, which
 * need Premium, topics that the scene merges, and cards.
 */
export function requireNoFailures({ summary }: LifeEnd & { kind: 'done' }): void {
  const { failed, skipped, reduced } = summary;
  const { reply: _, custom_emoji: __, topic: ___, card: ____, ...lost } = reduced;
  const price = { failed, lost, deleted: skipped.deleted, already_sent: skipped.already_sent };
  if (failed.length === 0 && Object.keys(lost).length === 0 && !skipped.deleted && !skipped.already_sent) {
    return;
  }
  throw new Error(`Transient faults had a price: ${JSON.stringify(price)}.`);
}
