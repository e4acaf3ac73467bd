/** A text as it stands in HTML, in a quoted attribute or in SVG: whatever it says, it is only text. Characters that no page may have are left out. */
export function escaped(text: string): string {
  return text.replace(FORBIDDEN, '').replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? '');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Controls, halves of surrogate pairs, and marks that turn the direction of what comes after them. */
const FORBIDDEN = /(?![\t\n\r])\p{Cc}|[\p{Cs}\u202a-\u202e\u2066-\u2069]/gu;

/** A text that somebody wrote, in its own direction. */
export function written(text: string): string {
  return `<bdi>${escaped(text)}</bdi>`;
}
