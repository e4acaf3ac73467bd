import type { FileCopy } from '../store/tables/file-copies.js';
import type { ChosenFile } from './chosen-file.js';
import { Announcer, noteDone, type Work } from './file-rows.js';
import type { Outcome } from './outcome.js';

/** Gives a file that lies here, and that the place holds, this message's name: by a link or a copy, as was chosen. */
export async function giveSecondName(work: Work, file: ChosenFile, copy: FileCopy): Promise<Outcome> {
  const { place, dedupe, signal, copies, clock } = work;
  const { planned, key } = file;
  const startedAt = clock.now();
  const sha256 = copy.sha256 ?? (await copies.hashAt(copy.path, copy.size));
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
    await noteDone(work, file, { ...announced, path }, startedAt);
    return { how, path, bytes: planned.size };
  } finally {
    announcer.end();
  }
}
