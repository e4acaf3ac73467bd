import { Chooser, type ChosenFile } from './chosen-file.js';
import { refuseProtected } from './download-files.js';
import type { KnownCopy, PlannedFile } from './events.js';
import { KnownCopies } from './known-copies.js';
import type { DownloadOptions } from './options.js';
import { readAhead } from './read-ahead.js';
import { pagesOf } from './read-pages.js';
import { readMessages } from './save-page.js';

/**
 * The files that a download would be about, in the order in which it would begin them, each with the copy that is known of
 * it. Reads Telegram and the store, and writes nothing.
 * @throws as downloadFiles
 */
export async function* plannedFiles(options: DownloadOptions): AsyncGenerator<PlannedFile> {
  for (const order of options.reads) refuseProtected(order, options.allowProtected);
  const chooser = new Chooser(options);
  const copies = new KnownCopies(options);
  for await (const page of readAhead(pagesOf(options.client, options))) {
    const chosen = await chooser.choose(page, readMessages(page, options));
    for (const file of await withCopies(copies, chosen)) yield file;
    if (chooser.isFull) return;
  }
}

async function withCopies(
  copies: KnownCopies,
  chosen: readonly ChosenFile[],
): Promise<readonly PlannedFile[]> {
  if (chosen.length === 0) return [];
  const known = await copies.ofMedia([...new Set(chosen.map(({ mediaId }) => mediaId))]);
  const files: PlannedFile[] = [];
  for (const { planned, mediaId } of chosen) {
    let already: KnownCopy | undefined;
    for (const copy of known.get(mediaId) ?? []) {
      const reachable = copies.isHere(copy) && (await copies.isThere(copy));
      if (copies.isHere(copy) ? !reachable : copy.state !== 'there') continue;
      if (!already || (reachable && !already.reachable))
        already = { path: copy.path, host: copy.host, reachable };
    }
    files.push({ ...planned, ...(already && { already }) });
  }
  return files;
}
