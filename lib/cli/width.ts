import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** `text` cut to `columns` terminal cells, with … where something is missing; never within a character. */
export function fit(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  if (columns <= 0) return '';
  let cut = '';
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = stringWidth(segment);
    if (width + next > columns - 1) break;
    cut += segment;
    width += next;
  }
  return `${cut}…`;
}

/** `text` cut or filled with blanks to exactly `columns` terminal cells. */
export function pad(text: string, columns: number): string {
  const cut = fit(text, columns);
  return cut + ' '.repeat(Math.max(0, columns - stringWidth(cut)));
}

/** `fields` one after another, with commas, on as many lines of `columns` cells as they need; no field is split. */
export function flow(fields: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const [index, field] of fields.entries()) {
    const text = index < fields.length - 1 ? `${field},` : field;
    const last = lines.at(-1);
    if (last !== undefined && stringWidth(last) + 1 + stringWidth(text) <= columns)
      lines[lines.length - 1] = `${last} ${text}`;
    else lines.push(text);
  }
  return lines.map((line) => fit(line, columns));
}

/** How many terminal cells `text` takes. */
export function widthOf(text: string): number {
  return stringWidth(text);
}
