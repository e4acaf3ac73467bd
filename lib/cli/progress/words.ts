import type { Silence } from '../../pace/silence.js';
import type { RunEvent } from './reporter.js';
import type { RunTally, WaitTally } from './tally.js';

/** A rate for people, in MB of 1,000,000 bytes: `12.3 MB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${(bytesPerSecond / 1_000_000).toFixed(1)} MB/s`;
}

/** `20.1 msg/min` */
export function formatMessageRate(messagesPerMinute: number): string {
  return `${messagesPerMinute.toFixed(1)} msg/min`;
}

/** Messages per minute for a record, to two places. */
export function roundedRate(messagesPerMinute: number): number {
  return Number(messagesPerMinute.toFixed(2));
}

const WAY_WORDS: Readonly<Record<string, string>> = { no_file: 'without a file' };

/** How messages were sent: `stream 36, without a file 77`. */
export function waysWords(ways: Readonly<Partial<Record<string, number>>>): string {
  return Object.entries(ways)
    .flatMap(([way, value]) => (value ? [`${WAY_WORDS[way] ?? way} ${value}`] : []))
    .join(', ');
}

/** A byte count in MB of 1,000,000 bytes, as BUFFER_MB counts: `7.9 MB`. */
export function formatMegabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1).replace(/\.0$/, '')} MB`;
}

/** A length of time for people, in its two largest units: `2 d 4 h`, `1 h 2 min`, `3 min 5 s`, `12 s`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const units: readonly [string, number][] = [
    ['d', Math.floor(whole / 86_400)],
    ['h', Math.floor(whole / 3600) % 24],
    ['min', Math.floor(whole / 60) % 60],
    ['s', whole % 60],
  ];
  const first = units.findIndex(([, count]) => count > 0);
  if (first === -1) return '0 s';
  return units
    .slice(first, first + 2)
    .filter(([, count]) => count > 0)
    .map(([unit, count]) => `${count} ${unit}`)
    .join(' ');
}

/** The local time of day of `at` (ms since the epoch), with the date when that isn't today's: `14:05:09`. */
export function formatTime(at: number, now: number): string {
  const time = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  if (time.toDateString() === new Date(now).toDateString()) return clock;
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${clock}`;
}

/** `1 message`, `2 messages`. */
export function count(value: number, noun: string): string {
  return `${value} ${noun}${value === 1 ? '' : 's'}`;
}

/** `waiting for messages.SendMedia (FLOOD_WAIT_23) until 13:02:11, 18 s more` */
export function waitWords(wait: WaitTally, now: number): string {
  const left = formatDuration((wait.until - now) / 1000);
  const advice = WAIT_ADVICE[wait.method] ?? '';
  const met = wait.metOn === undefined ? '' : `, which another process has met on ${wait.metOn}`;
  return `waiting for ${wait.method} (${wait.reason}${met}) until ${formatTime(wait.until, now)}, ${left} more${advice}`;
}

/** `waiting for an answer from Telegram to messages.sendMedia since 13:02:11` */
export function silenceWords({ method, since }: Silence, server: string, now: number): string {
  const to = method === undefined ? '' : ` to ${method}`;
  return `waiting for an answer from ${server}${to} since ${formatTime(since, now)}`;
}

/** A wait as fields, the most important first, for a window that is too narrow for the sentence. */
export function waitFields(wait: WaitTally, now: number): readonly string[] {
  const left = formatDuration((wait.until - now) / 1000);
  return [`waiting until ${formatTime(wait.until, now)}`, `${left} more`, `${wait.method} (${wait.reason})`];
}

/** How to avoid a wait. */
const WAIT_ADVICE: Readonly<Record<string, string>> = {
  'contacts.resolveUsername':
    '; it is only for an @name: stop, and write the id that "telepi chats" shows instead',
};

/** `ends 14:05:09, in 3 min 5 s` */
export function endWords(endsAt: number, now: number): string {
  return endFields(endsAt, now).join(', ');
}

export function endFields(endsAt: number, now: number): readonly string[] {
  return [`ends ${formatTime(endsAt, now)}`, `in ${formatDuration((endsAt - now) / 1000)}`];
}

/** `12 of 380 messages`, or `12 messages` when the server doesn't say how many there are. */
export function doneWords({ done, total }: Pick<RunTally, 'done' | 'total'>): string {
  return total === undefined ? count(done, 'message') : `${done} of ${count(total, 'message')}`;
}

/** What happened to a message or a topic, if it is worth a line of its own. */
export function eventWords(event: RunEvent): string | undefined {
  switch (event.kind) {
    case 'skipped':
      return event.reason === 'sent_before'
        ? undefined
        : `message ${event.sourceId} skipped: ${event.reason}`;
    case 'failed':
      return `message ${event.sourceId} failed (${event.reason}): ${event.message}`;
    case 'reduced':
      return `message ${event.sourceId} sent, but not all of it: ${event.lost}`;
    case 'repaired':
      return `copy of message ${event.sourceId} repaired`;
    case 'profile':
      return event.refusal === undefined
        ? `the target got the source's ${partWords(event.part)}`
        : `the target keeps its own ${partWords(event.part)} (${event.refusal})`;
    case 'pinned':
      return `copy of message ${event.sourceId} pinned`;
    case 'topic':
      return `topic created in the target: ${event.title} (${event.targetTopic})`;
    default:
      return undefined;
  }
}

function partWords(part: 'title' | 'about' | 'photo'): string {
  return part === 'about' ? 'description' : part;
}
