import type { FileCopy } from '../store/tables/file-copies.js';
import { isOwn } from './already-there.js';
import { Chooser, type ChosenFile } from './chosen-file.js';
import type { KnownCopy, PlannedFile } from './events.js';
import { ForumTopics } from './forum-topics.js';
import { KnownCopies } from './known-copies.js';
import type { DownloadOptions } from './options.js';
import { prepareReads } from './prepare-reads.js';
import { readAhead } from './read-ahead.js';
import { pagesOf } from './read-pages.js';
import { readMessages } from './save-page.js';

/**
 * The files that a download would be about, in the order in which it would begin them, each with the copy that is known of
 * it. Reads Telegram and the store, and writes nothing. Of its events only `missing` and `left_out` come.
 * @throws as downloadFiles
 */
export async function* plannedFiles(options: DownloadOptions): AsyncGenerator<PlannedFile> {
  const { reads, unread } = await prepareReads(options.client, options);
  for (const chat of unread) options.onEvent({ kind: 'left_out', ...chat });
  const chooser = new Chooser(options, new ForumTopics(options));
  const copies = new KnownCopies(options);
  const seen = new Set<bigint>();
  for await (const page of readAhead(pagesOf(options.client, { ...options, reads }))) {
    const { id: chatId, title } = page.chat;
    if (page.leftOut !== undefined) options.onEvent({ kind: 'left_out', chatId, title, why: page.leftOut });
    for (const messageId of page.missing ?? []) options.onEvent({ kind: 'missing', chatId, messageId });
    const chosen = await chooser.choose(page, readMessages(page, options));
    for (const file of await withCopies(copies, chosen, seen)) yield file;
    if (chooser.isFull) return;
  }
}

async function withCopies(
  copies: KnownCopies,
  chosen: readonly ChosenFile[],
  seen: Set<bigint>,
): Promise<readonly PlannedFile[]> {
  if (chosen.length === 0) return [];
  const known = await copies.ofFiles(chosen);
  const files: PlannedFile[] = [];
  for (const [nth, file] of chosen.entries()) {
    const already = await bestOf(copies, file, known[nth] ?? []);
    const repeats = seen.has(file.mediaId);
    seen.add(file.mediaId);
    files.push({ ...file.planned, ...(already && { already }), ...(repeats && { repeats }) });
  }
  return files;
}

/** Its own, before another's that this host can read, before what lies on another host. */
async function bestOf(
  copies: KnownCopies,
  file: ChosenFile,
  known: readonly FileCopy[],
): Promise<KnownCopy | undefined> {
  let best: KnownCopy | undefined;
  for (const copy of known) {
    const reachable = copies.isHere(copy);
    const now = reachable ? await copies.find(copy) : copy;
    if (now?.state !== 'there') continue;
    const { path, host } = now;
    const own = reachable && isOwn(now, file);
    if (own) return { path, host, reachable, own };
    if (!best || (reachable && !best.reachable)) best = { path, host, reachable, own };
  }
  return best;
}
