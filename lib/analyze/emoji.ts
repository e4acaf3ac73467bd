/**
 * The emoji of a text, each as people see it: a grapheme cluster (Unicode's UAX 29, rules GB11 to GB13, and keycaps). One emoji with and
 * without the selector of its coloured form is one.
 */
export function* emojiIn(text: string): Generator<string> {
  if (!MAY_HAVE.test(text)) return;
  for (const [cluster] of text.matchAll(CLUSTER)) {
    const isColoured = cluster.includes(SELECTOR) || (cluster.codePointAt(0) ?? 0) >= FIRST_EMOJI;
    if (isColoured || KEYCAP.test(cluster)) yield shownForm(cluster);
  }
}

/** With the selector where the plain character would be shown in black and white. */
export function shownForm(cluster: string): string {
  const bare = cluster.replaceAll(SELECTOR, '');
  return LONE.test(bare) && !COLOURED.test(bare) ? `${bare}${SELECTOR}` : bare;
}

const SELECTOR = '\ufe0f';
/** Below are ©, ™, arrows and the like, which are signs unless somebody asked for their coloured form. */
const FIRST_EMOJI = 0x2300;

const MAY_HAVE = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;
const KEYCAP = /\u20e3$/;
const LONE = /^\p{Extended_Pictographic}$/u;
const COLOURED = /^\p{Emoji_Presentation}/u;

const EXTENDED = '[\\p{Grapheme_Extend}\\p{Emoji_Modifier}\\u200d]*';
const PICTURE = `\\p{Extended_Pictographic}${EXTENDED}`;
const CLUSTER = new RegExp(
  `\\p{Regional_Indicator}{2}|[0-9#*]\\ufe0f?\\u20e3|${PICTURE}(?:(?<=\\u200d)${PICTURE})*`,
  'gu',
);
