import { csvRow } from '../base/csv.js';
import type { Figures } from './figures.js';
import { sectionsOf } from './sections.js';

/**
 * All figures as one table, which a spreadsheet can filter and pivot: a row for each value, with the section that it is in, what it
 * is of, and its measure. Bytes and seconds are numbers, times are ISO 8601 in UTC. Of hours, every weekday has its own; of days, all are there.
 */
export function figuresCsv(figures: Figures): string {
  const rows = [csvRow(['section', 'item', 'measure', 'value'])];
  for (const [name, value] of Object.entries(figures.totals)) {
    rows.push(
      csvRow(['totals', '', name, typeof value === 'object' && value !== null ? value.count : value]),
    );
  }
  for (const { id, columns, rows: items } of sectionsOf(figures)) {
    if (id === 'days' || id === 'hours') continue;
    for (const { item, values } of items) {
      for (const [nth, { key }] of columns.entries()) rows.push(csvRow([id, item, key, values[nth]]));
    }
  }
  for (const [weekday, hours] of figures.hours.entries()) {
    for (const [hour, messages] of hours.entries()) {
      const item = `${WEEKDAYS[weekday]} ${String(hour).padStart(2, '0')}:00`;
      rows.push(csvRow(['hours', item, 'messages', messages]));
    }
  }
  for (const { day, messages } of figures.days) rows.push(csvRow(['days', day, 'messages', messages]));
  return rows.join('');
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
