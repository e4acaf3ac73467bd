// C0 and C1 controls (ESC begins terminal commands), DEL, line and paragraph separators, and the marks that change the
// direction of text: a chat's title must not bring these to a terminal.
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** `text` on one line, without anything that a terminal would obey. */
export function plain(text: string): string {
  return text.replace(/[\r\n\t\u2028\u2029]+/g, ' ').replace(UNSAFE, '');
}

/** Escaped as in JSON: for log lines and JSON output, where nothing may be lost. */
export function escapeUnsafe(json: string): string {
  return json.replace(UNSAFE, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
