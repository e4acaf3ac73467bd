import { formatBytes } from '../base/bytes.js';
import type { Figures } from './figures.js';
import type { Unit, Value } from './sections.js';
import { shownAtLeast } from './sections.js';
import { shownCount, shownSpan, shownTime } from './shown.js';

/** The totals as people read them, in their order. */
export function factsOf({
  totals,
  answers,
  silences,
  zone,
}: Figures): readonly (readonly [name: string, value: string])[] {
  const { messages, first, last } = totals;
  const [silence] = silences;
  return [
    ['messages', shownCount(messages)],
    ...(first !== null && last !== null
      ? [['from', `${shownTime(first)} UTC`] as const, ['until', `${shownTime(last)} UTC`] as const]
      : []),
    ['days with messages', shownCount(totals.days)],
    ['people', shownAtLeast(totals.senders)],
    ['words', shownCount(totals.words)],
    ['different words', shownAtLeast(totals.differentWords)],
    ['characters', shownCount(totals.characters)],
    ['files', shownCount(totals.files)],
    ['size of files', formatBytes(totals.bytes)],
    ['links', shownCount(totals.links)],
    ['emoji', shownCount(totals.emoji)],
    ['reactions', shownCount(totals.reactions)],
    ['replies', shownCount(totals.replies)],
    ['forwarded', shownCount(totals.forwarded)],
    ['edited', shownCount(totals.edited)],
    ['deleted at Telegram', shownCount(totals.deleted)],
    ["Telegram's own notes", shownCount(totals.service)],
    ...(answers.medianSeconds === null
      ? []
      : [['half of the answers within', shownSpan(answers.medianSeconds)] as const]),
    ...(silence ? [['longest silence', shownSpan(silence.seconds)] as const] : []),
    ['time zone', zone],
  ];
}

/** A value of a table as people read it. */
export function shownValue(value: Value, unit: Unit): string {
  if (value === null) return '';
  if (typeof value === 'string') return unit === 'time' ? shownTime(value) : value;
  if (unit === 'bytes') return formatBytes(value);
  return unit === 'span' ? shownSpan(value) : shownCount(value);
}
