import { createHash } from 'node:crypto';
import { formatBytes } from '../../base/bytes.js';
import { factsOf } from '../facts.js';
import type { Figures } from '../figures.js';
import { type Section, sectionsOf } from '../sections.js';
import { shownCount, shownTime } from '../shown.js';
import { type ChartWords, columnChart, growthChart, heatChart, type Point } from './charts.js';
import { escaped, written } from './markup.js';
import { STYLE } from './style.js';
import { dataTable } from './table.js';

export interface PageWords {
  /** When the figures were made, ISO 8601. */
  readonly at: string;
  /** What was asked for; undefined: everything. */
  readonly scope: string | undefined;
}

/**
 * A page that shows figures, whole in itself: it loads nothing, runs nothing (its own policy forbids both), and is readable without
 * sight. Every text that somebody wrote is only text in it.
 */
export function reportPage(figures: Figures, { at, scope }: PageWords): string {
  const { chats, zone, totals } = figures;
  const title =
    chats.length === 1 ? (chats[0]?.name ?? String(chats[0]?.id)) : `${shownCount(chats.length)} chats`;
  const span =
    totals.first !== null && totals.last !== null
      ? `${totals.first.slice(0, 10)} to ${totals.last.slice(0, 10)}`
      : '';
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;
  const sections = new Map(sectionsOf(figures).map((section) => [section.id, section]));
  const charts = [...timeSections(figures, sections)];
  const tables = [...sections.values()]
    .filter(({ id }) => !DRAWN.has(id) && (id !== 'chats' || chats.length > 1))
    .map((section) =>
      card(section, dataTable(section), section.columns.length > 3 || section.id === 'silences'),
    );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}: figures</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<h1>${written(title)}</h1>
<p class="soft">${escaped([`${shownCount(totals.messages)} messages`, span].filter((part) => part !== '').join(', '))}${scope === undefined ? '' : `. Chosen: ${written(scope)}`}</p>
</header>
${factList(figures)}
<div class="grid">
${[...charts, ...tables].join('\n')}
</div>
<footer>Made by TelePi on ${escaped(shownTime(at))} UTC. Hours, days and months are those of ${escaped(zone)}; other times are UTC.</footer>
</main>
</body>
</html>
`;
}

/** They have a picture of their own. */
const DRAWN: ReadonlySet<string> = new Set(['months', 'weekdays', 'hours']);

function factList(figures: Figures): string {
  const facts = factsOf(figures).filter(
    ([name, value]) => value !== '0' && !['from', 'until', 'time zone'].includes(name),
  );
  const items = facts.map(
    ([name, value]) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`,
  );
  return `<dl class="facts">${items.join('')}</dl>`;
}

function* timeSections(figures: Figures, sections: ReadonlyMap<string, Section>): Generator<string> {
  const { months, hours, totals, zone } = figures;
  const byMonth = sections.get('months');
  if (!byMonth) return;
  const { points, each } = overTime(figures);
  const most = points.reduce((best, point) => (point.value > best.value ? point : best), {
    name: '',
    value: 0,
  });
  const over = words(
    'over-time',
    `Messages by ${each}`,
    `Columns, one for each ${each}. The most are ${shownCount(most.value)} messages in ${most.name}.`,
  );
  yield chartCard(
    { ...byMonth, title: `Messages by ${each}`, columns: byMonth.columns.slice(0, 2) },
    columnChart(over, points, ends(points), shownCount),
    'By month',
  );
  const grown = months.map(({ month, allMessages }) => ({ name: month, value: allMessages }));
  const growth = words(
    'growth',
    'Growth',
    `A line that rises to ${shownCount(totals.posts)} messages with ${formatBytes(totals.bytes)} of files.`,
  );
  yield chartCard(
    {
      ...byMonth,
      title: 'Growth',
      rows: byMonth.rows.map(({ item, values }) => ({ item, values: values.slice(2) })),
      columns: byMonth.columns.slice(2),
    },
    growthChart(growth, grown, ends(grown), shownCount),
    'By month',
  );
  const days = (sections.get('weekdays')?.rows ?? []).map(({ item }, nth) => ({
    name: item,
    values: hours[nth] ?? [],
  }));
  const [day, hour] = busiestHour(hours);
  const heat = words(
    'week',
    'Hours of the week',
    `A row for each weekday and a square for each hour. The most messages come on ${days[day]?.name ?? ''} from ${hour}:00 on.`,
  );
  const week = { ...byMonth, title: 'Hours of the week', note: `Times are in ${zone}.` };
  const labels = Array.from({ length: 9 }, (_, nth) => String(nth * 3).padStart(2, '0'));
  yield card(
    week,
    `<figure>${heatChart(heat, days, labels, shownCount)}</figure>${['weekdays', 'hours'].map((id) => folded(sections.get(id))).join('')}`,
    true,
  );
}

/** Days as long as there are few, then months. */
function overTime({ days, months }: Figures): { readonly points: readonly Point[]; readonly each: string } {
  const [first, last] = [days[0]?.day, days.at(-1)?.day];
  if (first === undefined || last === undefined || months.length > MOST_DAYS / 31)
    return { points: months.map(({ month, messages }) => ({ name: month, value: messages })), each: 'month' };
  const counts = new Map(days.map(({ day, messages }) => [day, messages]));
  const points: Point[] = [];
  for (let at = Date.parse(first); at <= Date.parse(last); at += DAY_MS) {
    const name = new Date(at).toISOString().slice(0, 10);
    points.push({ name, value: counts.get(name) ?? 0 });
  }
  return { points, each: 'day' };
}

const DAY_MS = 86_400_000;
const MOST_DAYS = 124;

/** Names for the axis: the first, the last, and some between them. */
function ends(points: readonly Point[]): readonly string[] {
  const count = Math.min(5, points.length);
  return Array.from(
    { length: count },
    (_, nth) => points[Math.round((nth * (points.length - 1)) / Math.max(1, count - 1))]?.name ?? '',
  );
}

function busiestHour(hours: Figures['hours']): readonly [day: number, hour: number] {
  let best: readonly [number, number] = [0, 0];
  let most = -1;
  for (const [day, counts] of hours.entries()) {
    for (const [hour, count] of counts.entries()) {
      if (count <= most) continue;
      [most, best] = [count, [day, hour]];
    }
  }
  return best;
}

function words(id: string, title: string, about: string): ChartWords {
  return { id, title, about };
}

function chartCard(section: Section, chart: string, of: string): string {
  return card(section, `<figure>${chart}</figure>${folded({ ...section, title: of })}`, true);
}

function folded(section: Section | undefined): string {
  return section
    ? `<details><summary>${escaped(section.title)}, as a table</summary>${dataTable(section)}</details>`
    : '';
}

function card({ title, note }: Section, content: string, isWide: boolean): string {
  const about = note === undefined ? '' : `<p class="soft">${escaped(note)}</p>`;
  return `<section${isWide ? ' class="wide"' : ''}><h2>${escaped(title)}</h2>${about}${content}</section>`;
}
