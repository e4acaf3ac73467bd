/** What a cell of a table may hold; undefined and null are empty cells. */
export type CsvCell = string | number | bigint | boolean | null | undefined;

/**
 * A row of a CSV file (RFC 4180) with its line end, CR LF. A text that a spreadsheet would take for a formula gets an apostrophe before
 * it, which spreadsheets don't show (OWASP, "CSV Injection"); a number is left as it is.
 */
export function csvRow(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: CsvCell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const FORMULA = /^[=+\-@\t\r]/;
/** Semicolons and tabs separate cells where a spreadsheet is set so. */
const QUOTED = /[",;\t\r\n]|^\s|\s$/;
