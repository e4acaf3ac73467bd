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

/** What no message of the scenes has to lose: a disturbance that costs any of it has a price. */
const NEVER_LOST = [
  'mention',
  'thumbnail',
  'video_cover',
  'sticker_set',
  'photo_as_file',
  'live_photo',
  'poll_media',
  'poll_closed',
  'preview_layout',
] as const;

/** Faults of a message's own, which the oracle judges. */
export const OWN_FAULTS: ReadonlySet<string> = new Set([
  'text_too_long',
  'caption_too_long',
  'message_too_long',
  'media_caption_too_long',
]);

/** What may fail is for the oracle to say. */
export function requireNoFailures({ summary }: LifeEnd & { kind: 'done' }): void {
  const { skipped, reduced } = summary;
  const failed = summary.failed.filter(({ reason }) => !OWN_FAULTS.has(reason));
  const lost = NEVER_LOST.filter((loss) => reduced[loss]);
  if (failed.length === 0 && lost.length === 0 && !skipped.deleted && !skipped.already_sent) return;
  const { deleted, already_sent } = skipped;
  throw new Error(
    `Transient faults had a price: ${JSON.stringify({ failed, lost, deleted, already_sent })}.`,
  );
}
