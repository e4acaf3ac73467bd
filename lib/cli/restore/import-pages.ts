import { ImportNames } from '../../erase/as-import/import-names.js';
import type { ArchivedPage } from '../../erase/as-import/parts.js';
import { type History, presentOf } from '../../erase/restore/archived-source.js';
import { hiddenHistory } from '../../erase/restore/hidden-history.js';
import type { MessageDocument } from '../../messages/document/document.js';
import { filesOfDocument } from '../../messages/document/files-of-document.js';
import { peerNames } from '../../store/read/peer-names.js';
import { readMessages } from '../../store/read/read-messages.js';
import type { ImportedIds } from '../../store/tables/import-ranges.js';
import { askedChat } from './archive-of.js';
import { everything } from './chosen.js';
import { type FileState, ImportFiles } from './import-files.js';
import type { FindPosted } from './posted.js';
import type { Restoring } from './restoring.js';

/** As many as one call of Telegram says whether they are there. */
const PAGE = 100;

/** Why messages are left out. */
export type LeftFromImport = 'present' | 'hidden' | 'before' | 'posted' | 'notArchived';

export interface PagesRequest {
  /** What imports into the target have already. */
  readonly taken: ImportedIds;
  /** Which of these a restore has posted there. */
  readonly posted: FindPosted;
  /** Proves the files before their messages are handed out; unless given, they are only looked at. */
  readonly files?: ImportFiles | undefined;
  readonly onLeft: (why: LeftFromImport, messages: number) => void;
}

/** The messages that are to be imported, as the archive has them, the older history first. */
export async function* importPages(
  restoring: Restoring,
  { taken, posted, files, onLeft }: PagesRequest,
): AsyncGenerator<ArchivedPage> {
  const names = new ImportNames();
  const { client, store, accountId, request, sides } = restoring;
  const asked = askedChat(restoring);
  const findHidden = hiddenHistory({ client, db: store.db, accountId, asked, planHash: request.plan?.hash });
  const { signal } = restoring.context;
  const { older, own } = sides;
  const looked = new ImportFiles(restoring);
  const stateOf: StateOf = files ? (id) => files.prove(id) : (id) => looked.look(id);
  for (const history of [older, own]) {
    if (!history) continue;
    const { chatId, ids } = history;
    const unread = new Set(ids);
    for await (const found of documentsOf(restoring, history)) {
      for (const { id } of found) unread.delete(id);
      const untaken = found.filter(({ id }) => !taken.find(chatId, id));
      onLeft('before', found.length - untaken.length);
      const unseen = await unseenOf(restoring, history, untaken);
      onLeft('present', untaken.length - unseen.length);
      const hidden = await findHidden(
        chatId,
        unseen.map(({ id }) => id),
        signal,
      );
      onLeft('hidden', hidden.size);
      const gone = unseen.filter(({ id }) => !hidden.has(id));
      const there = await posted(chatId, gone);
      const open = gone.filter(({ id }) => !there.has(id));
      onLeft('posted', gone.length - open.length);
      if (open.length > 0) yield await pageOf(restoring, chatId, open, { names, stateOf });
    }
    for (const some of pagesOfIds([...unread])) {
      const there = await presentIds(restoring, chatId, some);
      onLeft('present', there.size);
      onLeft('notArchived', some.length - there.size);
    }
  }
}

/** Exactly these messages, with the files that they had, whether or not those are kept by now. */
export async function* pagesOf(restoring: Restoring, messages: ImportedIds): AsyncGenerator<ArchivedPage> {
  const names = new ImportNames();
  const ownId = restoring.sides.own.chatId;
  const chats = [...messages.chats].sort((one, other) => Number(one === ownId) - Number(other === ownId));
  for (const chatId of chats) {
    const ids = messages.idsOf(chatId);
    for await (const found of documentsOf(restoring, { chatId, ids })) {
      const nameOf = await namesOf(restoring, found, names);
      const isKept: ArchivedPage['isKept'] = (_, id) => messages.find(chatId, id)?.withFiles === true;
      yield { chatId, messages: found, isKept, nameOf };
    }
  }
}

async function* documentsOf(
  { store, accountId, context: { signal } }: Restoring,
  { chatId, ids }: History,
): AsyncGenerator<readonly MessageDocument[]> {
  const [first] = ids;
  const last = ids.at(-1) ?? 0;
  if (first === undefined) return;
  const wanted = new Set(ids);
  const selection = everything(accountId, undefined);
  const pages = readMessages({ db: store.db, accountId, chatId, selection, signal, after: first - 1 });
  for await (const page of pages) {
    const found = page.flatMap(({ document }) => (wanted.has(document.id) ? [document] : []));
    for (let from = 0; from < found.length; from += PAGE) yield found.slice(from, from + PAGE);
    if ((page.at(-1)?.document.id ?? 0) >= last) return;
  }
}

async function unseenOf(
  restoring: Restoring,
  { chatId }: History,
  found: readonly MessageDocument[],
): Promise<readonly MessageDocument[]> {
  const ids = found.map(({ id }) => id);
  const present = await presentIds(restoring, chatId, ids);
  return found.filter(({ id }) => !present.has(id));
}

function presentIds(
  restoring: Restoring,
  chatId: number,
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  const { client, context } = restoring;
  return presentOf({ client, asked: askedChat(restoring) }, chatId, ids, context.signal);
}

type StateOf = (id: string) => Promise<FileState>;

async function pageOf(
  restoring: Restoring,
  chatId: number,
  messages: readonly MessageDocument[],
  { names, stateOf }: { readonly names: ImportNames; readonly stateOf: StateOf },
): Promise<ArchivedPage> {
  const files = messages.flatMap(filesOfDocument).map(({ reference }) => reference.id);
  const states = new Map<string, FileState>();
  for (const id of new Set(files)) states.set(id, await stateOf(id));
  const nameOf = await namesOf(restoring, messages, names);
  return {
    ...{ chatId, messages, nameOf },
    isKept: ({ id }) => states.get(id) === 'kept',
    isDamaged: ({ id }) => states.get(id) === 'damaged',
  };
}

async function namesOf(
  { store, accountId }: Restoring,
  messages: readonly MessageDocument[],
  names: ImportNames,
): Promise<ArchivedPage['nameOf']> {
  const authors = messages.flatMap((each) =>
    'author' in each && each.author !== undefined ? each.author : [],
  );
  const known = await peerNames(store.db, accountId, [...new Set(authors)]);
  return (author) => names.of(author, author === undefined ? {} : known.get(author));
}

function* pagesOfIds(ids: readonly number[]): Generator<readonly number[]> {
  for (let from = 0; from < ids.length; from += PAGE) yield ids.slice(from, from + PAGE);
}
