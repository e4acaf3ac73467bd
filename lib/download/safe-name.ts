/**
 * Bytes of UTF-8 in one component of a path at most. eCryptfs allows 143; every other common file system allows more. The
 * endings that a download adds while it is under way (`.part`) count, too.
 */
export const MOST_NAME_BYTES = 143;
/** With its dot, in bytes. */
const LONGEST_ENDING = 17;

/** Path separators, and what Windows, SMB and exFAT refuse. */
const RESERVED = /[/\\:*?"<>|]/g;
/** Control characters, halves of surrogate pairs, private characters, marks of direction, and invisible ones but ZWJ and ZWNJ. */
const HIDDEN =
  /[\p{Cc}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;
/** Names that Windows takes for devices, whatever their ending. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])$/i;

/**
 * A name for a file or a folder that every common file system accepts, and that looks as what it is: NFC, without
 * separators, control or bidirectional characters and reserved names, never hidden, `.` or `..`, at most
 * `mostBytes` bytes of UTF-8. A name that is too long is cut between characters as people see them, in front of its ending.
 * Stable: a safe name is its own safe name.
 * @returns `fallback` when nothing is left; it must be safe itself.
 */
export function safeName(
  text: string,
  options: { readonly fallback: string; readonly mostBytes?: number },
): string {
  const mostBytes = options.mostBytes ?? MOST_NAME_BYTES;
  const clean = text.replace(HIDDEN, '').normalize('NFC').replace(RESERVED, '_').replace(/\s+/gu, ' ');
  const name = unlikeDevice(trimmed(shortened(trimmed(clean), mostBytes)), mostBytes);
  return name === '' ? options.fallback : name;
}

/**
 * A name and its ending (`.tar.gz` counts as `.gz`); a name that begins with its only dot, or whose ending has more than
 * 16 bytes, has none.
 */
export function splitEnding(name: string): readonly [stem: string, ending: string] {
  const dot = name.lastIndexOf('.');
  const isEnding =
    dot > 0 && Buffer.byteLength(name.slice(dot)) <= LONGEST_ENDING && !/\s/u.test(name.slice(dot));
  return isEnding ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
}

/** The name with a number in front of its ending, as file managers do it: `report (2).pdf`. */
export function numberedName(name: string, number: number, mostBytes = MOST_NAME_BYTES): string {
  const [stem, ending] = splitEnding(name);
  const suffix = ` (${number})${ending}`;
  return trimmed(cut(stem, mostBytes - Buffer.byteLength(suffix))) + suffix;
}

/** The name with something behind it, and as much of its end cut off as `mostBytes` bytes demand. */
export function namePart(name: string, suffix: string, mostBytes: number): string {
  return cut(name, mostBytes - Buffer.byteLength(suffix)) + suffix;
}

function shortened(name: string, mostBytes: number): string {
  if (Buffer.byteLength(name) <= mostBytes) return name;
  const [stem, ending] = splitEnding(name);
  return trimmed(cut(stem, mostBytes - Buffer.byteLength(ending))) + ending;
}

function cut(text: string, mostBytes: number): string {
  if (Buffer.byteLength(text) <= mostBytes) return text;
  let bytes = 0;
  let end = 0;
  for (const { segment, index } of new Intl.Segmenter('und').segment(text)) {
    bytes += Buffer.byteLength(segment);
    if (bytes > mostBytes) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}

/** Windows drops dots and spaces at the end; a dot at the beginning hides a file. */
function trimmed(name: string): string {
  return name.replace(/^[\s.]+|[\s.]+$/gu, '');
}

function unlikeDevice(name: string, mostBytes: number): string {
  const [first = ''] = name.split('.');
  return DEVICE.test(first.trim()) ? shortened(`_${name}`, mostBytes) : name;
}
