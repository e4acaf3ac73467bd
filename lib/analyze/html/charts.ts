import { escaped } from './markup.js';

/** A chart's name and what it shows in a sentence, for who doesn't see it. */
export interface ChartWords {
  readonly id: string;
  readonly title: string;
  readonly about: string;
}

export interface Point {
  readonly name: string;
  readonly value: number;
}

const WIDTH = 1000;
const HEIGHT = 200;

/**
 * Columns, one for each point. Words stand next to a picture as text, so that they keep their size however narrow it is. `labels`: below
 * it, from the left to the right edge.
 */
export function columnChart(
  words: ChartWords,
  points: readonly Point[],
  labels: readonly string[],
  shown: (value: number) => string,
): string {
  const top = roundedUp(Math.max(0, ...points.map(({ value }) => value)));
  const step = WIDTH / Math.max(1, points.length);
  const gap = Math.min(step * 0.2, 6);
  const bars = points.map(({ name, value }, nth) => {
    const height = top === 0 ? 0 : (value / top) * HEIGHT;
    const seen = value > 0 ? Math.max(height, 1) : 0;
    return `<rect class="fill" x="${fixed(nth * step + gap / 2)}" y="${fixed(HEIGHT - seen)}" width="${fixed(step - gap)}" height="${fixed(seen)}"><title>${escaped(`${name}: ${shown(value)}`)}</title></rect>`;
  });
  return plot(words, { top, labels, shown }, bars.join(''));
}

/** A line over an area, of values that only grow. */
export function growthChart(
  words: ChartWords,
  points: readonly Point[],
  labels: readonly string[],
  shown: (value: number) => string,
): string {
  const top = roundedUp(points.at(-1)?.value ?? 0);
  const step = WIDTH / Math.max(1, points.length);
  const places = points.map(({ value }, nth) => {
    const y = top === 0 ? HEIGHT : HEIGHT - (value / top) * HEIGHT;
    return `${fixed((nth + 1) * step)} ${fixed(y)}`;
  });
  const line = `M0 ${HEIGHT} L${places.join(' L')}`;
  const drawn = `<path class="area" d="${line} L${WIDTH} ${HEIGHT} Z"/><path class="line" d="${line}"/>`;
  return plot(words, { top, labels, shown }, drawn);
}

/** A square for each hour of a week, the stronger the more there is. */
export function heatChart(
  words: ChartWords,
  rows: readonly { readonly name: string; readonly values: readonly number[] }[],
  labels: readonly string[],
  shown: (value: number) => string,
): string {
  const most = Math.max(1, ...rows.flatMap(({ values }) => values));
  const [width, height] = [WIDTH / 24, HEIGHT / rows.length];
  const cells = rows.flatMap(({ name, values }, row) =>
    values.map((value, hour) => {
      const place = `x="${fixed(hour * width + 2)}" y="${fixed(row * height + 1)}" width="${fixed(width - 4)}" height="${fixed(height - 2)}"`;
      const title = `<title>${escaped(`${name} ${String(hour).padStart(2, '0')}:00: ${shown(value)}`)}</title>`;
      const strength = value === 0 ? 0 : 0.12 + 0.88 * (value / most);
      return `<rect class="track" ${place}/><rect class="fill" ${place} fill-opacity="${strength.toFixed(2)}">${title}</rect>`;
    }),
  );
  const side = rows.map(({ name }) => `<span>${escaped(name.slice(0, 3))}</span>`).join('');
  return `<div class="plot heat"><div class="y" aria-hidden="true">${side}</div>${picture(words, cells.join(''))}${below(labels)}</div>`;
}

/** A bar within a row of a table, which says the number itself. */
export function barOf(share: number): string {
  const width = Math.max(share > 0 ? 0.6 : 0, share * 100);
  return `<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="track" width="100" height="10"/><rect class="fill" width="${fixed(width)}" height="10"/></svg>`;
}

function plot(
  words: ChartWords,
  {
    top,
    labels,
    shown,
  }: { readonly top: number; readonly labels: readonly string[]; readonly shown: (value: number) => string },
  drawn: string,
): string {
  const lines = [0, 0.5, 1].map(
    (share) => `<line class="grid-line" x1="0" x2="${WIDTH}" y1="${share * HEIGHT}" y2="${share * HEIGHT}"/>`,
  );
  const side = [top, top / 2, 0].map((value) => `<span>${escaped(shown(value))}</span>`).join('');
  return `<div class="plot"><div class="y" aria-hidden="true">${side}</div>${picture(words, lines.join('') + drawn)}${below(labels)}</div>`;
}

function picture({ id, title, about }: ChartWords, drawn: string): string {
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-labelledby="${id}-title ${id}-about"><title id="${id}-title">${escaped(title)}</title><desc id="${id}-about">${escaped(about)}</desc>${drawn}</svg>`;
}

function below(labels: readonly string[]): string {
  const spans = labels.map(
    (label, nth) => `<span${nth % 2 === 1 ? ' class="every-second"' : ''}>${escaped(label)}</span>`,
  );
  return `<div class="x" aria-hidden="true">${spans.join('')}</div>`;
}

/** The next number that is easy to read: 1, 1.5, 2, 3, 4, 5, 6, 8 or 10 times a power of ten. */
export function roundedUp(value: number): number {
  if (value <= 0) return 0;
  if (value <= 2) return 2;
  const power = 10 ** Math.floor(Math.log10(value));
  const easy = [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10].find((each) => each * power >= value) ?? 10;
  return easy * power;
}

function fixed(value: number): string {
  return String(Number(value.toFixed(2)));
}
