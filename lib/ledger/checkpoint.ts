import { type Numbering, ONE_HISTORY, shownId, sourceIdOf } from '../base/source-ids.js';
import { damagedFile, oneLine, readStateFile, writeStateFile } from './state-file.js';

/** Name of the file in a job's folder and, from the older Python script, in the working directory. */
export const CHECKPOINT_FILE = 'checkpoint.txt';

/**
 * The last finished source id, or undefined when the file doesn't exist. Spaces, line ends and a byte-order mark around
 * the number are accepted, because editors leave them; anything else is an error, never a restart from the first
 * message. Ids of the older history are written with a minus (see source-ids.ts). `inLedger`: the ledger has the
 * checkpoint too.
 */
export async function readCheckpoint(
  path: string,
  numbering: Numbering = ONE_HISTORY,
  inLedger = false,
): Promise<number | undefined> {
  const text = await readStateFile(path);
  if (text === undefined) return undefined;
  const word = text.trim();
  const id = /^-?\d{1,10}$/.test(word) ? sourceIdOf(Number(word), numbering) : undefined;
  if (id !== undefined) return id;
  throw damagedFile(
    path,
    `it should hold the id of the last finished message, but holds ${excerpt(word)}`,
    inLedger
      ? 'Delete it and run again: TelePi writes it again from the ledger, and sends nothing twice'
      : 'Write that number into it; 0 means none, and starts with the first message',
  );
}

/** Writes a source id as one integer and a newline. */
export async function writeCheckpoint(path: string, lastId: number): Promise<void> {
  await writeStateFile(path, `${shownId(lastId)}\n`);
}

function excerpt(word: string): string {
  const start = word.length > 40 ? `${word.slice(0, 40)}…` : word;
  return word === '' ? 'nothing' : oneLine(JSON.stringify(start));
}
