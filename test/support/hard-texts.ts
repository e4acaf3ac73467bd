/** Pieces of texts that are hard to compare: case, composition, order of marks, what nobody sees, what patterns take for more. */
export const HARD_PIECES: readonly string[] = [
  // Case, also where it changes the length, and Turkish letters.
  ...'a A i I ı İ i\u0307 I\u0307 ist k K \u212a s S ſ ß ẞ ss SS ﬁ fi FI ﬆ st ŉ n ẚ ǆ ǅ Ǆ և ԵՒ Ꭰ ꭰ 𐐀 𐐨 ა Ა'.split(
    ' ',
  ),
  // Composition, and marks in several orders.
  ...'é É e\u0301 e Å \u212b A\u030a q\u0323\u0307 q\u0307\u0323 ệ e\u0323\u0302 ê\u0323 \u0301 \u0307'.split(
    ' ',
  ),
  ...'σ ς Σ ΟΔΟΣ οδος ᾳ ΑΙ α\u0345 ΐ ΰ ά \u1f71 µ μ й Й и\u0306 ё Ё привет ПРИВЕТ'.split(' '),
  // Scripts without blanks between words, without case, or with marks.
  ...'猫 猫が好き が か\u3099 豈 \uf900 แมว ก็ กำ قطة قِطَّة آ ا\u0653 می\u200cخواهم میخواهم שׁ ש\u05c1'.split(
    ' ',
  ),
  ...'कुत्ता \u0958 क\u093c 각 \u1100\u1161\u11a8 가\u11a8 가 ㄱ 😀 👨‍👩‍👧 👩 ❤\ufe0f ❤ 👍🏽 👍'.split(' '),
  // What patterns or SQL take for more than themselves.
  ...'% _ * ? [ ] [a] ^ - \\ . ( ) | $ {2} + " \' ; \u037e ` \u1fef \0 \ufffd'.split(' '),
  // White space and what nobody sees.
  ...[
    ' ',
    '  ',
    '\n',
    '\t',
    '\u00a0',
    '\u3000',
    '\u00ad',
    '\u200b',
    '\u200f',
    'the meeting',
    'MEETING',
    'meet\u00ading',
  ],
];

/** Texts that a search takes for one. */
export const EQUAL_TEXTS: readonly (readonly string[])[] = [
  ['Straße', 'STRASSE', 'strasse', 'STRAẞE'],
  ['istanbul', 'İstanbul', 'ISTANBUL', 'ıstanbul', 'I\u0307STANBUL'],
  ['οδος', 'ΟΔΟΣ', 'οδοσ'],
  ['café', 'CAFÉ', 'cafe\u0301', 'CAFE\u0301'],
  ['ệ', 'e\u0323\u0302', 'e\u0302\u0323', 'ê\u0323', 'Ệ'],
  ['ﬁsch', 'FISCH', 'fisch'],
  ['привет', 'ПРИВЕТ'],
  ['ёж', 'Е\u0308Ж'],
  ['åkE', '\u212b\u212ae'],
  ['が', 'か\u3099'],
  ['각', '\u1100\u1161\u11a8'],
  ['❤', '❤\ufe0f'],
  ['میخواهم', 'می\u200cخواهم'],
  ['meeting', 'meet\u00ading', '\u200emeeting'],
  ['two words', 'two\n\twords', 'Two\u00a0words'],
  ['և', 'ԵՒ'],
  ['𐐨', '𐐀'],
];
