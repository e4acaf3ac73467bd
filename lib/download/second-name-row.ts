import type { FileCopy } from '../store/tables/file-copies.js';
import type { ChosenFile } from './chosen-file.js';
import { Announcer, noteDone, type Work } from './file-rows.js';
import type { Outcome } from './outcome.js';

/**
 * Gives a file that lies here, and that the place holds, this message's name: by a link or a copy, as was chosen. Its bytes are
 * read first, unless this run has read them; undefined when they aren't what was noted, and nothing was done.
 */
export async function giveSecondName(
  work: Work,
  file: ChosenFile,
  copy: FileCopy,
): Promise<Outcome | undefined> {
  const { place, dedupe, signal, copies, clock } = work;
  const { planned, key } = file;
  const startedAt = clock.now();
  const proven = await copies.proven(copy);
  if (proven?.sha256 === undefined) return undefined;
  const { sha256, modified } = proven;
  const announcer = new Announcer(work, file);
  const name = {
    from: copy.path,
    wanted: planned.path,
    key,
    owner: JSON.stringify([work.accountId, planned.chatId, planned.messageId, planned.index]),
    modified: planned.date,
    signal,
    onName: (path: string) => announcer.announce(path, sha256),
  };
  try {
    const { path, how } = dedupe === 'link' ? await place.link(name) : await place.copy(name);
    const announced = announcer.last;
    if (!announced) throw new Error('A file got a name that was not announced.');
    // A link has its file's time.
    const time = how === 'linked' && modified !== undefined ? { modified } : {};
    await noteDone(work, file, { ...announced, path, ...time }, startedAt);
    return { how, path, bytes: planned.size };
  } finally {
    announcer.end();
  }
}
