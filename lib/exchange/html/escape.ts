/** A text within an HTML page. What would end it, begin a tag or an entity, or turn its direction is written as an entity. */
export function escaped(text: string): string {
  return text.replace(SPECIAL, (mark) => `&#${mark.codePointAt(0) ?? 0};`).replace(FORBIDDEN, '\ufffd');
}

const SPECIAL = /[&<>"'`\u202a-\u202e\u2066-\u2069]/g;
/** No page may have them, as themselves or as entities. Halves of pairs can't be written at all. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a page may not have
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|\p{Cs}/gu;

/** The same with line breaks. */
export function escapedLines(text: string): string {
  return escaped(text).replace(/\r\n|[\n\r\u2028\u2029]/g, '<br>');
}

/** A path of the export as an address, from a page in the folder of a chat. `prefix`: of that folder. */
export function hrefOf(path: string, prefix: string): string {
  const up = '../'.repeat(prefix.split('/').length - 1);
  const way = prefix !== '' && path.startsWith(prefix) ? path.slice(prefix.length) : `${up}${path}`;
  return escaped(
    way
      .split('/')
      .map((part) => (part === '..' ? part : encodeURIComponent(part)))
      .join('/'),
  );
}

const SAFE_SCHEME = /^(?:https?|tg|mailto|tel|ftp|ton|tonsite):/i;

/** An address that may be followed from a page; undefined for one that could run something. */
export function safeAddress(address: string): string | undefined {
  const whole = address.trim();
  if (SAFE_SCHEME.test(whole)) return whole;
  return /^[a-z][a-z0-9+.-]*:(?!\d)/i.test(whole) || whole === '' ? undefined : `http://${whole}`;
}
