/** Whether an index lies between the two units of a surrogate pair. */
export function isInsidePair(text: string, index: number): boolean {
  return isBetween(text.charCodeAt(index - 1), 0xd800) && isBetween(text.charCodeAt(index), 0xdc00);
}

/** The index, or the one before it if it lies inside a surrogate pair; never outside the text. */
export function pairStart(text: string, index: number): number {
  const within = Math.min(Math.max(index, 0), text.length);
  return isInsidePair(text, within) ? within - 1 : within;
}

/** The index, or the one after it if it lies inside a surrogate pair; never outside the text. */
export function pairEnd(text: string, index: number): number {
  const within = Math.min(Math.max(index, 0), text.length);
  return isInsidePair(text, within) ? within + 1 : within;
}

/** How many code points a text has: what Telegram's limits count. A lone surrogate counts as one. */
export function codePoints(text: string): number {
  let pairs = 0;
  for (let index = 1; index < text.length; index += 1) if (isInsidePair(text, index)) pairs += 1;
  return text.length - pairs;
}

function isBetween(unit: number, first: number): boolean {
  return unit >= first && unit < first + 0x400;
}
