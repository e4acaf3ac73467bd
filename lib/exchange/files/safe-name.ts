import { Buffer } from 'node:buffer';

/** What a name can't have on some system, and marks that turn the direction of what is shown. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a name may not have
const ODD = /[\u0000-\u001f\u200e\u200f\u202a-\u202e\u2066\u2067/\\<>:"|?*]/g;
/** Devices of Windows, which no file can be called, whatever its ending. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|$)/i;
/** Of a component of a path, in bytes; with room for a number and the ending of a thumbnail. */
const MOST_BYTES = 230;

/** The name that somebody gave a file, as Telegram Desktop makes it safe on every system, and never longer than systems allow. */
export function safeName(name: string): string {
  const clean = name.replace(ODD, '_');
  const ended = clean === '' || /[ .]$/.test(clean) ? `${clean}_` : clean;
  return shortened(DEVICE.test(ended) ? `_${ended}` : ended);
}

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MOST_BYTES) return name;
  const [ending = ''] = /\.[^.]{1,16}$/.exec(name) ?? [];
  let stem = name.slice(0, name.length - ending.length);
  const room = MOST_BYTES - Buffer.byteLength(ending);
  const characters = [...stem];
  while (Buffer.byteLength(stem) > room) {
    characters.length -= Math.max(1, Math.ceil((Buffer.byteLength(stem) - room) / 4));
    stem = characters.join('');
  }
  return `${stem}${ending}`;
}

/** `a.tar.gz` as `a (1).tar.gz`: a number in front of the first dot of the last part of a path. 0 leaves it. */
export function numbered(path: string, number: number): string {
  if (number === 0) return path;
  const start = path.lastIndexOf('/') + 1;
  const dot = path.indexOf('.', start);
  const end = dot < 0 ? path.length : dot;
  return `${path.slice(0, end)} (${number})${path.slice(end)}`;
}
