/** How many words a language has here. */
const WORDS = 400_000;

const LATIN = [
  'an',
  'be',
  'co',
  'da',
  'el',
  'fi',
  'go',
  'hu',
  'in',
  'ka',
  'lo',
  'mi',
  'no',
  'or',
  'pe',
  'ri',
  'sa',
  'tu',
];
const CYRILLIC = [
  'ва',
  'го',
  'де',
  'за',
  'ин',
  'ко',
  'лю',
  'ми',
  'но',
  'по',
  'ра',
  'си',
  'ту',
  'че',
  'ще',
  'ян',
];
const CHINESE = [
  ...'的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天',
];

/**
 * A word by its place in Zipf's law: `share` in [0, 1), of which each doubling of a word's rank has the same part. `script`: below 0.72
 * Latin, above 0.97 Chinese, Cyrillic between them.
 */
export function wordOf(share: number, script: number): string {
  const rank = Math.floor(WORDS ** share);
  const common = script < 0.72 ? COMMON[rank - 1] : undefined;
  if (common !== undefined) return common;
  const pieces = piecesOf(script);
  let word = '';
  for (let left = rank; left > 0; left = Math.floor(left / pieces.length))
    word += pieces[left % pieces.length] ?? '';
  return word;
}

export function isChinese(script: number): boolean {
  return script > 0.97;
}

function piecesOf(script: number): readonly string[] {
  if (isChinese(script)) return CHINESE;
  return script < 0.72 ? LATIN : CYRILLIC;
}

const COMMON =
  'the to and you a i it is in of that for on we not have with so are this be but they at what was if can all just now meeting tomorrow train photo thanks music weekend garden coffee idea question bicycle picture river recipe morning evening concert ticket kitchen library mountain soup bridge winter summer market paint window letter story film camera map island bread station book forest dinner tea school team project plan idea light river song'.split(
    ' ',
  );
