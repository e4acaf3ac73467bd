import { join } from 'node:path';
import type { OpenDatabase } from '../../store/open-database.js';
import { copiesAt, type FileCopy } from '../../store/tables/file-copies.js';
import {
  datesOfMessages,
  factsOfMessages,
  type MessageFacts,
  type MessageKey,
  notedFiles,
} from '../../store/tables/file-facts.js';
import type { StoreTables } from '../../store/tables/schema.js';
import { chunked } from '../../store/values.js';
import { numberedPath } from '../claim-name.js';
import { isWithin } from '../is-within.js';
import type { PathTemplate } from '../path-template.js';
import { type FoundFile, type WalkOptions, walkFiles } from '../walk-files.js';
import { type IsId, oldNameOf, pathOfKnown, pathOfStray } from './wanted-path.js';

export interface PlanOptions extends WalkOptions {
  readonly db: OpenDatabase<StoreTables>['db'];
  /** This machine, as rows name it. */
  readonly host: string;
  /** Absolute. */
  readonly folder: string;
  readonly template: PathTemplate;
}

/** A file that gets another path; both are absolute. */
export interface Move {
  readonly from: string;
  readonly to: string;
  readonly size: number;
  /** Unix seconds. */
  readonly modified: number;
  /** Which file it is: see FoundFile. */
  readonly identity: string;
  /** Whose file it is; undefined for a file that TelePi doesn't know. */
  readonly message: MessageKey | undefined;
  /** Telegram's id of its photo or file, in decimal: JSON has no numbers of that size. Absent: it isn't known. */
  readonly mediaId?: string;
  /**
   * In unix seconds: when an unknown file was sent, by its old name. It becomes its modification time, as that of a download is, since
   * its new name may not say it.
   */
  readonly date?: number;
}

export interface Plan {
  /** In the order in which they can be made: a name that one frees comes before the move that takes it. */
  readonly moves: readonly Move[];
  readonly inPlace: number;
  /** How many files TelePi knows, or knows by names that begin with a time. */
  readonly known: number;
  /** Files of which the store doesn't know what the template names: they stay where they are. */
  readonly unknown: readonly string[];
}

/** What it takes for each file in a folder to lie where the template puts it. Reads the folder and the store, and changes nothing. */
export async function planMoves(options: PlanOptions): Promise<Plan> {
  const files: FoundFile[] = [];
  for await (const file of walkFiles(options.folder, options)) files.push(file);
  files.sort((one, other) => (one.path < other.path ? -1 : 1));
  const noted = await notedPaths(options, new Set(files.map(({ path }) => path)));
  const unknown: string[] = [];
  const wishes: Wish[] = [];
  for (const chunk of chunked(files)) wishes.push(...(await wishesOf(options, chunk, noted, unknown)));
  const taken = new Set(files.map(({ path }) => path));
  const moves = assign(wishes, taken);
  const known = unknown.length + wishes.filter(({ message, date }) => message || date !== undefined).length;
  return { moves, inPlace: wishes.length - moves.length, known, unknown };
}

interface Wish {
  readonly file: FoundFile;
  /** Absolute, before any number is added. */
  readonly wanted: string;
  readonly message: MessageKey | undefined;
  /** See Move. */
  readonly mediaId?: string;
  readonly date?: number;
}

/** Files that only their message names, such as imported ones. */
async function notedPaths(
  { db, host, folder }: PlanOptions,
  paths: ReadonlySet<string>,
): Promise<ReadonlyMap<string, MessageKey>> {
  const noted = new Map<string, MessageKey>();
  for await (const { path, ...message } of notedFiles(db, host)) {
    if (isWithin(folder, path) && paths.has(path)) noted.set(path, message);
  }
  return noted;
}

async function wishesOf(
  options: PlanOptions,
  files: readonly FoundFile[],
  noted: ReadonlyMap<string, MessageKey>,
  unknown: string[],
): Promise<readonly Wish[]> {
  const { db, host, template, folder } = options;
  const copies = new Map<string, FileCopy>();
  for (const copy of await copiesAt(
    db,
    host,
    files.map(({ path }) => path),
  ))
    copies.set(copy.path, copy);
  const keyOf = ({ path, size }: FoundFile): (MessageKey & { readonly mediaId?: bigint }) | undefined => {
    const copy = copies.get(path);
    return copy && copy.state !== 'gone' && copy.size === size ? copy : noted.get(path);
  };
  const keys = files.flatMap((file) => keyOf(file) ?? []);
  const facts = new Map<string, MessageFacts>();
  for (const each of await factsOfMessages(db, keys)) facts.set(wordOf(each), each);
  const factsOf = (file: FoundFile) => {
    const key = keyOf(file);
    return key && facts.get(wordOf(key));
  };
  const isId = await idsAmong(
    options,
    files.filter((file) => !factsOf(file)),
  );
  return files.flatMap((file) => {
    const key = keyOf(file);
    const known = factsOf(file);
    const path = known ? pathOfKnown(template, known, key?.mediaId) : pathOfStray(template, file, isId);
    if (path === undefined) unknown.push(file.path);
    if (path === undefined) return [];
    const date = known ? undefined : oldNameOf(file)?.date;
    const wanted = join(folder, ...path.split('/'));
    return [
      {
        ...{ file, wanted, message: key && messageOf(key) },
        ...(key?.mediaId !== undefined && { mediaId: String(key.mediaId) }),
        ...(date !== undefined && { date }),
      },
    ];
  });
}

/** Which numbers in the names of unknown files are ids of messages. */
async function idsAmong({ db }: PlanOptions, strays: readonly FoundFile[]): Promise<IsId> {
  const ids = strays.flatMap((file) => oldNameOf(file)?.numbered?.id ?? []);
  const dates = ids.length > 0 ? await datesOfMessages(db, new Set(ids)) : new Map<number, Set<number>>();
  return (id, date) => dates.get(id)?.has(date) === true;
}

function messageOf({ accountId, chatId, messageId }: MessageKey): MessageKey {
  return { accountId, chatId, messageId };
}

function wordOf({ accountId, chatId, messageId }: MessageKey): string {
  return `${accountId} ${chatId} ${messageId}`;
}

/** Gives each file a path of its own. A wish for a name that another file is about to leave waits for it. */
function assign(wishes: readonly Wish[], taken: Set<string>): readonly Move[] {
  const moves: Move[] = [];
  const take = ({ file, wanted: _, ...known }: Wish, to: string): void => {
    taken.delete(file.path);
    taken.add(to);
    const { path: from, size, modified, identity } = file;
    moves.push({ from, to, size, modified, identity, ...known });
  };
  let waiting = wishes.filter(({ file, wanted }) => file.path !== wanted);
  for (let before = -1; before !== waiting.length; ) {
    before = waiting.length;
    waiting = waiting.filter((wish) => {
      if (taken.has(wish.wanted)) return true;
      take(wish, wish.wanted);
      return false;
    });
  }
  for (const wish of waiting) {
    const to = freeName(wish, taken);
    if (to !== wish.file.path) take(wish, to);
  }
  return moves;
}

/** With a number; the file's own path, when that is the wanted one with a number that is still needed. */
function freeName({ file, wanted }: Wish, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const path = number === 1 ? wanted : numberedPath(wanted, number);
    if (path === file.path || !taken.has(path)) return path;
  }
}
