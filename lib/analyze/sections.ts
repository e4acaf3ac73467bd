import type { AtLeast, Figures, MessagePlace, Ranked, TopList } from './figures.js';
import { shownCount } from './shown.js';

/** What a column holds: `bytes`, `span` (seconds) and `time` (ISO) are shown in units that people read. */
export type Unit = 'text' | 'count' | 'bytes' | 'span' | 'time';

export interface Column {
  /** For machines. */
  readonly key: string;
  readonly title: string;
  readonly unit: Unit;
}

export type Value = string | number | null;

export interface Row {
  readonly item: string;
  readonly values: readonly Value[];
}

/** One table of a report. The first column is `of`; its first number is what a chart draws. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly of: string;
  readonly note?: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

const MESSAGES: Column = { key: 'messages', title: 'messages', unit: 'count' };
const BYTES: Column = { key: 'bytes', title: 'files', unit: 'bytes' };
const TIMES: Column = { key: 'count', title: 'times', unit: 'count' };
const WHERE: Column = { key: 'chat', title: 'chat', unit: 'text' };

/** The tables of a report, in their order; empty ones are left out. */
export function sectionsOf(figures: Figures): readonly Section[] {
  const sections = [...who(figures), ...when(figures), ...what(figures), ...howFast(figures)];
  return sections
    .filter(({ rows }) => rows.length > 0)
    .map((section) => (figures.chats.length > 1 ? section : withoutColumn(section, WHERE)));
}

function withoutColumn(section: Section, column: Column): Section {
  const at = section.columns.indexOf(column);
  if (at === -1) return section;
  const isOther = (_: unknown, nth: number): boolean => nth !== at;
  const rows = section.rows.map(({ item, values }) => ({ item, values: values.filter(isOther) }));
  return { ...section, columns: section.columns.filter(isOther), rows };
}

function who({ chats, senders, kinds }: Figures): Section[] {
  return [
    {
      ...{ id: 'chats', title: 'Chats', of: 'chat' },
      columns: [MESSAGES, BYTES, time('first', 'first'), time('last', 'last')],
      rows: chats.map(({ id, name, messages, bytes, first, last }) => ({
        item: name ?? String(id),
        values: [messages, bytes, first, last],
      })),
    },
    {
      ...{ id: 'senders', title: 'Most active people', of: 'person' },
      ...noteOf(senders, senders.items),
      columns: [
        ...[MESSAGES, { key: 'characters', title: 'characters', unit: 'count' } as const, BYTES],
        { key: 'reactions', title: 'reactions got', unit: 'count' },
      ],
      rows: senders.items.map(({ id, name, messages, characters, bytes, reactions }) => ({
        item: name ?? String(id),
        values: [messages, characters, bytes, reactions],
      })),
    },
    {
      ...{ id: 'kinds', title: 'Kinds of messages', of: 'kind', columns: [MESSAGES, BYTES] },
      rows: kinds.map(({ kind, messages, bytes }) => ({
        item: kind.replaceAll('_', ' '),
        values: [messages, bytes],
      })),
    },
  ];
}

function when({ hours, days, months, zone }: Figures): Section[] {
  const byHour = Array.from({ length: 24 }, (_, hour) =>
    hours.reduce((sum, day) => sum + (day[hour] ?? 0), 0),
  );
  const busiest = [...days].sort((one, other) => other.messages - one.messages).slice(0, 10);
  const grown: readonly Column[] = [
    { key: 'all_messages', title: 'messages until then', unit: 'count' },
    { key: 'all_bytes', title: 'files until then', unit: 'bytes' },
  ];
  const hasAny = days.length > 0;
  return [
    {
      ...{
        id: 'months',
        title: 'By month, and how it grew',
        of: 'month',
        columns: [MESSAGES, BYTES, ...grown],
      },
      rows: months.map(({ month, messages, bytes, allMessages, allBytes }) => ({
        item: month,
        values: [messages, bytes, allMessages, allBytes],
      })),
    },
    {
      ...{ id: 'weekdays', title: 'By weekday', of: 'weekday', columns: [MESSAGES] },
      rows: WEEKDAYS.slice(0, hasAny ? 7 : 0).map((item, weekday) => ({
        item,
        values: [(hours[weekday] ?? []).reduce((sum, count) => sum + count, 0)],
      })),
    },
    {
      ...{
        id: 'hours',
        title: 'By hour',
        of: 'hour',
        columns: [MESSAGES],
        note: `Times are in ${zone}.`,
      },
      rows: byHour
        .slice(0, hasAny ? 24 : 0)
        .map((count, hour) => ({ item: `${two(hour)}:00`, values: [count] })),
    },
    {
      ...{ id: 'days', title: 'Busiest days', of: 'day', columns: [MESSAGES] },
      rows: busiest.map(({ day, messages }) => ({ item: day, values: [messages] })),
    },
  ];
}

function what(figures: Figures): Section[] {
  const { words, domains, links, emoji, customEmoji, reactions, largestFiles, mostReacted } = figures;
  const custom = {
    ...customEmoji,
    items: customEmoji.items.map((each) => ({ ...each, name: `${each.shown} ${each.name}` })),
  };
  return [
    ranked('words', 'Most used words', 'word', words),
    ranked('emoji', 'Emoji', 'emoji', emoji),
    ranked('custom_emoji', 'Custom emoji', 'emoji', custom),
    ranked('reactions', 'Reactions', 'reaction', reactions),
    ranked('domains', 'Domains', 'domain', domains),
    ranked('links', 'Links', 'link', links),
    {
      ...{ id: 'reacted', title: 'Messages with most reactions', of: 'message' },
      columns: [{ key: 'reactions', title: 'reactions', unit: 'count' }, WHERE],
      rows: mostReacted.map((each) => ({ item: String(each.id), values: [each.reactions, placeOf(each)] })),
    },
    {
      ...{ id: 'files', title: 'Largest files', of: 'file' },
      columns: [
        { key: 'bytes', title: 'size', unit: 'bytes' },
        WHERE,
        { key: 'id', title: 'message', unit: 'text' },
      ],
      rows: largestFiles.map((each) => ({
        item: each.name ?? 'without a name',
        values: [each.bytes, placeOf(each), String(each.id)],
      })),
    },
  ];
}

function howFast({ answers, senders, silences }: Figures): Section[] {
  const { count, medianSeconds, p90Seconds, unmeasured } = answers;
  const people = senders.items.filter((sender) => sender.answers > 0);
  const missed =
    unmeasured === 0
      ? ''
      : ` ${shownCount(unmeasured)} replies are not in it, since what they answer was not read or lies too far back.`;
  return [
    {
      ...{ id: 'answers', title: 'Answer times', of: 'person' },
      note: `How long until a message was replied to by somebody else; in private chats also until the other person wrote next. Times are exact to 2 percent.${missed}`,
      columns: [
        { key: 'answers', title: 'answers', unit: 'count' },
        { key: 'median', title: 'half within', unit: 'span' },
        { key: 'p90', title: '90 % within', unit: 'span' },
      ],
      rows: [
        ...(count > 0 ? [{ item: 'everybody', values: [count, medianSeconds, p90Seconds] }] : []),
        ...people.map((each) => ({
          item: each.name ?? String(each.id),
          values: [each.answers, each.medianSeconds, each.p90Seconds],
        })),
      ],
    },
    {
      ...{ id: 'silences', title: 'Longest silences', of: 'chat' },
      columns: [{ key: 'seconds', title: 'length', unit: 'span' }, time('from', 'from'), time('to', 'until')],
      rows: silences.map(({ chat, chatName, seconds, from, to }) => ({
        item: chatName ?? String(chat),
        values: [seconds, from, to],
      })),
    },
  ];
}

function ranked(id: string, title: string, of: string, list: TopList<Ranked>): Section {
  const rows = list.items.map(({ name, count }) => ({ item: name, values: [count] }));
  return { ...{ id, title, of, columns: [TIMES], rows }, ...noteOf(list, list.items) };
}

/** What is said of figures that are not exact. */
function noteOf(
  { floor }: Pick<TopList<unknown>, 'floor'>,
  items: readonly { readonly error: number }[],
): { note?: string } {
  if (floor === 0) return {};
  const error = items.reduce((most, item) => Math.max(most, item.error), 0);
  const listed =
    error === 0 ? 'The counts here are exact' : `A count here may be too low by at most ${shownCount(error)}`;
  return {
    note: `There were too many different ones to keep them all. ${listed}; one that is missing came at most ${shownCount(floor)} times.`,
  };
}

/** `12,345`, or `more than 12,345`. */
export function shownAtLeast({ count, isMore }: AtLeast): string {
  return isMore ? `more than ${shownCount(count)}` : shownCount(count);
}

function placeOf({ chat, chatName }: MessagePlace): string {
  return chatName ?? String(chat);
}

function time(key: string, title: string): Column {
  return { key, title, unit: 'time' };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
