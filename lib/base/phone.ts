/**
 * A phone number as Telegram expects it: a plus and its digits, country code first. Also accepts 00 for the plus, the
 * (0) of "+49 (0)170", and blanks, dashes, brackets, dots and slashes between the digits. Undefined when it is not an
 * international number: E.164 allows 15 digits, no country code begins with 0, and no number is shorter than 5 digits.
 */
export function internationalPhone(text: string): string | undefined {
  const bare = text
    .trim()
    .replace(/^(\+|00)([\d\s\p{Pd}]*)\(0\)/u, '$1$2')
    .replace(/[\s\p{Pd}()./\u2060\u202a-\u202e]/gu, '');
  const digits = /^(?:\+|00)?([1-9]\d{4,14})$/.exec(bare)?.[1];
  return digits === undefined ? undefined : `+${digits}`;
}
