import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { reasonOfSystem, UsageError } from '../../base/errors.js';
import { type ChatPlace, parseChatPlace } from '../../telegram/chat-ref.js';

/** What a list names: ids of messages without their chat, and links or names. */
export interface MessageList {
  readonly ids: readonly number[];
  readonly places: readonly ChatPlace[];
}

/** Where a list is read from. */
export interface ListSource {
  /** A path, or `-` for standard input. */
  readonly file: string;
  readonly workingDirectory: string;
  readonly stdin: Readable;
  readonly signal: AbortSignal;
}

/** TL: ids of messages are positive ints. */
const LARGEST_ID = 2 ** 31 - 1;

/**
 * Reads `--from-file`: an id of a message, or a link, on each line; what follows `#` behind a blank or at the beginning of a
 * line is a comment.
 * @throws UsageError BAD_LIST for a list that can't be read, names nothing, or has a number that no message can have; BAD_CHAT
 *   for another line that can't be read. Both name the line.
 */
export async function readMessageList(source: ListSource): Promise<MessageList> {
  const name = nameOf(source.file);
  const ids = new Set<number>();
  const places: ChatPlace[] = [];
  let number = 0;
  for (const line of (await readListText(source)).split(/\r?\n/)) {
    number += 1;
    const word = line
      .replace(/^\ufeff/, '')
      .replace(/(?:^|\s)#.*$/, '')
      .trim();
    if (word === '') continue;
    if (/^\d+$/.test(word)) ids.add(idOf(word, `${name}, line ${number}`));
    else places.push(parseChatPlace(word, `${name}, line ${number}:`, { comments: true }));
  }
  if (ids.size === 0 && places.length === 0) {
    throw new UsageError(
      'BAD_LIST',
      `--from-file: ${name} names no message: write an id or a link on each line.`,
    );
  }
  return { ids: [...ids].sort((one, other) => one - other), places };
}

function idOf(word: string, where: string): number {
  const id = Number(word);
  if (id >= 1 && id <= LARGEST_ID) return id;
  throw new UsageError('BAD_LIST', `--from-file: ${where}: ${word.slice(0, 20)} is not the id of a message.`);
}

/** The list as it is written. @throws UsageError BAD_LIST for one that can't be read */
export async function readListText({ file, workingDirectory, stdin, signal }: ListSource): Promise<string> {
  const input: Readable = file === '-' ? stdin : createReadStream(resolve(workingDirectory, file));
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of addAbortSignal(signal, input))
      chunks.push(Buffer.from(chunk as Buffer | string));
  } catch (error) {
    signal.throwIfAborted();
    throw new UsageError('BAD_LIST', `--from-file: ${nameOf(file)} can't be read: ${reasonOfSystem(error)}.`);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file;
}
