/**
 * The text file that Telegram reads a history from (messages.initHistoryImport): WhatsApp's form, a line for each message,
 *
 *     31/12/2020, 23:59:01 - Zoë: text
 *
 * Lines that don't begin so continue the message before them. A file stands alone, as `<attached: name>`: users report that a caption next
 * to it keeps the file from being found, and that seconds are read. The dates are wall-clock time without a zone.
 */
export interface HistoryLine {
  /** Unix time in seconds. */
  readonly date: number;
  /** From `safeName`. */
  readonly name: string;
  readonly said: { readonly text: string } | { readonly file: string };
}

/** A message as the file has it, with the line's end. `utcOffset`: how many seconds its wall clock is ahead of UTC. */
export function historyLine({ date, name, said }: HistoryLine, utcOffset: number): string {
  const words = 'file' in said ? `<attached: ${said.file}>` : safeText(said.text);
  return `${wallClock(date + utcOffset)} - ${name}: ${words}\n`;
}

/**
 * The note with which a group's history begins: by it Telegram knows that it is one. It doesn't become a message. Its day is above 12, so that nobody takes
 * a day for a month in what follows, and it isn't later than `date`.
 */
export function groupNote(
  { date, name, title }: { readonly date: number; readonly name: string; readonly title: string },
  utcOffset: number,
): string {
  const called = safeName(title).replaceAll('"', "'");
  return `${wallClock(clearDay(date + utcOffset))} - ${name} created group "${called}"\n`;
}

/** The note with which WhatsApp's history of a private chat begins. Its day is above 12, too. */
export function privateNote({ date }: Pick<HistoryLine, 'date'>, utcOffset: number): string {
  return `${wallClock(clearDay(date + utcOffset))} - Messages and calls are end-to-end encrypted.\n`;
}

/** A name as it may stand in front of a message: in one line, without a colon, which would end it. */
export function safeName(name: string): string {
  return name.replace(CONTROL, ' ').replace(/\s+/g, ' ').replaceAll(':', RATIO).trim();
}

/**
 * A text whose lines can't be taken for the beginning of a message, or for a file: where they could, a character that nobody sees (U+2060)
 * stands in front. Blanks around it are Telegram's to remove.
 */
export function safeText(text: string): string {
  const lines = text.trim().replace(/\r\n?/g, '\n').replaceAll('\0', '\ufffd').split(LINE_END);
  return lines
    .map((line, index) => (index > 0 && DATED.test(line) ? `${WORD_JOINER}${line}` : line))
    .join('')
    .replace(/<(?=\p{Cf}*attached:)/giu, `<${WORD_JOINER}`)
    .replace(/\((?=file attached\))/gi, `(${WORD_JOINER}`);
}

/** A text without the characters that safeText adds; any others of them go as well. */
export function withoutGuards(text: string): string {
  return text.replaceAll(WORD_JOINER, '');
}

const WORD_JOINER = '\u2060';
/** Looks like a colon. */
const RATIO = '\u2236';
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
/** Between lines, for anybody who takes one of these for a line's end; the ends are kept as pieces of their own. */
const LINE_END = /(?<=[\n\v\f\u0085\u2028\u2029])/;
/** A date, after whatever nobody sees, in any country's order and digits. */
const DATED = /^[\p{Cf}\s]*\[?\p{Nd}{1,4}[./-]\p{Nd}{1,2}[./-]\p{Nd}{1,4}/u;

/** `31/12/2020, 23:59:01` */
function wallClock(seconds: number): string {
  const [, year, month, day, time] =
    /^(\d+)-(\d\d)-(\d\d)T([\d:]{8})/.exec(new Date(seconds * 1000).toISOString()) ?? [];
  return `${day}/${month}/${year}, ${time}`;
}

/** The same time of the latest day that is the 13th or later. */
function clearDay(seconds: number): number {
  const date = new Date(seconds * 1000);
  if (date.getUTCDate() > 12) return seconds;
  date.setUTCDate(0);
  return date.getTime() / 1000;
}
