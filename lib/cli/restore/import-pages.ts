import { ImportNames } from '../../erase/as-import/import-names.js';
import type { ArchivedPage } from '../../erase/as-import/parts.js';
import { type History, presentOf } from '../../erase/restore/archived-source.js';
import type { MessageDocument } from '../../messages/document/document.js';
import { filesOfDocument } from '../../messages/document/files-of-document.js';
import { peerNames } from '../../store/read/peer-names.js';
import { readMessages } from '../../store/read/read-messages.js';
import { everything } from './chosen.js';
import type { Restoring } from './restoring.js';

/** As many as one call of Telegram says whether they are there. */
const PAGE = 100;

/**
 * The messages that are to be imported, as the archive has them, the older history first. What still stands in its own chat is left out, as
 * `onPresent` is notified.
 */
export async function* importPages(
  restoring: Restoring,
  onPresent: (messages: number) => void,
): AsyncGenerator<ArchivedPage> {
  const { sides } = restoring;
  const names = new ImportNames();
  for (const history of [sides.older, sides.own]) {
    if (!history) continue;
    for await (const found of documentsOf(restoring, history)) {
      const gone = await goneOf(restoring, history, found);
      if (gone.length < found.length) onPresent(found.length - gone.length);
      if (gone.length > 0) yield await pageOf(restoring, gone, names);
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

async function goneOf(
  { client, request, sides, context: { signal } }: Restoring,
  { chatId }: History,
  found: readonly MessageDocument[],
): Promise<readonly MessageDocument[]> {
  const asked = sides.isOwn || request.plan ? sides.onTelegram : undefined;
  const ids = found.map(({ id }) => id);
  const present = await presentOf({ client, asked }, chatId, ids, signal);
  return found.filter(({ id }) => !present.has(id));
}

async function pageOf(
  { store, accountId, kept, context: { signal } }: Restoring,
  messages: readonly MessageDocument[],
  names: ImportNames,
): Promise<ArchivedPage> {
  const authors = messages.flatMap((each) =>
    'author' in each && each.author !== undefined ? each.author : [],
  );
  const known = await peerNames(store.db, accountId, [...new Set(authors)]);
  const files = messages.flatMap(filesOfDocument).map(({ reference }) => reference.id);
  const there = new Set<string>();
  for (const id of new Set(files)) {
    const { places } = await kept(BigInt(id), signal);
    if (places.some(({ size }) => size > 0)) there.add(id);
  }
  return {
    messages,
    isKept: ({ id }) => there.has(id),
    nameOf: (author) => names.of(author, author === undefined ? {} : known.get(author)),
  };
}
