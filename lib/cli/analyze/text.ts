import { factsOf, shownValue } from '../../analyze/facts.js';
import type { Figures } from '../../analyze/figures.js';
import { type Section, sectionsOf } from '../../analyze/sections.js';
import { plain } from '../plain.js';
import { renderTable } from '../table.js';
import { fit, pad, widthOf } from '../width.js';

/** The figures for a terminal: a table for each, with bars. Lines are at most `columns` cells wide as far as tables can be. */
export function figureLines(figures: Figures, columns: number): readonly string[] {
  const facts = factsOf(figures).filter(([, value]) => value !== '0');
  const width = Math.max(...facts.map(([name]) => widthOf(name)));
  return [
    ...facts.map(([name, value]) => `${pad(name, width)}  ${value}`),
    ...sectionsOf(figures).flatMap((section) => ['', ...sectionLines(section, columns)]),
  ];
}

const BAR = 20;
const WIDEST_ITEM = 48;
/** A history of many years has its last ones shown; the other formats have all. */
const MOST_MONTHS = 36;

function sectionLines(section: Section, columns: number): readonly string[] {
  const { title, of, note } = section;
  const rows = section.id === 'months' ? section.rows.slice(-MOST_MONTHS) : section.rows;
  const largest = Math.max(...rows.map(({ values: [first] }) => Number(first)));
  const cells = rows.map(({ item, values }) => [
    fit(plain(item), Math.min(WIDEST_ITEM, Math.floor(columns / 2))),
    ...section.columns.map(({ unit }, nth) => fit(plain(shownValue(values[nth] ?? null, unit)), WIDEST_ITEM)),
  ]);
  const head = [of, ...section.columns.map((column) => column.title)];
  const table = renderTable(head, aligned(section, cells));
  const withBars = table.map((line, nth) => {
    const count = Number(rows[nth - 1]?.values[0] ?? 0);
    const length =
      nth === 0 || section.id === 'answers' || largest <= 0 ? 0 : Math.round((count / largest) * BAR);
    const lineWidth = Math.max(...table.map(widthOf));
    return lineWidth + BAR + 2 > columns || length === 0
      ? line
      : `${pad(line, lineWidth)}  ${'█'.repeat(length)}`;
  });
  const cut =
    rows.length < section.rows.length ? [`The last ${rows.length} of ${section.rows.length} months.`] : [];
  return [title.toUpperCase(), ...(note === undefined ? [] : [note]), ...cut, ...withBars];
}

/** Numbers to the right. */
function aligned({ columns }: Section, rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const widths = columns.map(({ title }, nth) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[nth + 1] ?? ''))),
  );
  return rows.map((row) =>
    row.map((cell, nth) => {
      const unit = columns[nth - 1]?.unit;
      if (unit === undefined || unit === 'text' || unit === 'time') return cell;
      return ' '.repeat(Math.max(0, (widths[nth - 1] ?? 0) - widthOf(cell))) + cell;
    }),
  );
}
