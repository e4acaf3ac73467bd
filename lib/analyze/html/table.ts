import { shownValue } from '../facts.js';
import type { Section, Unit } from '../sections.js';
import { barOf } from './charts.js';
import { escaped, written } from './markup.js';

/** Of these, bars would say nothing. */
const WITHOUT_BARS: ReadonlySet<string> = new Set(['answers', 'silences', 'links']);

/** A section's table, each row with a bar of its first number. It scrolls by itself where the page is too narrow. */
export function dataTable({ id, title, of, columns, rows }: Section): string {
  const firsts = rows.map(({ values: [first] }) => (typeof first === 'number' ? first : 0));
  const most = Math.max(1, ...firsts);
  const head = columns.map(
    ({ title: name, unit }) => `<th scope="col"${classOf(unit)}>${escaped(name)}</th>`,
  );
  const body = rows.map(({ item, values }, nth) => {
    const cells = columns.map(({ unit }, column) => {
      const shown = shownValue(values[column] ?? null, unit);
      return `<td${classOf(unit)}>${unit === 'text' ? written(shown) : escaped(shown)}</td>`;
    });
    const bar = WITHOUT_BARS.has(id) ? '' : barOf((firsts[nth] ?? 0) / most);
    return `<tr><th scope="row">${written(item)}${bar}</th>${cells.join('')}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escaped(`${title}, table`)}"><table><thead><tr><th scope="col">${escaped(of)}</th>${head.join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

function classOf(unit: Unit): string {
  if (unit === 'text') return '';
  return unit === 'time' ? ' class="t"' : ' class="n"';
}
