import { copiesOfMedia, hasCopiesWithoutMedia, hashesOfMedia } from '../../store/tables/file-copies.js';
import type { ChosenFile } from '../chosen-file.js';
import type { DownloadOptions } from '../options.js';

type Options = Pick<DownloadOptions, 'store' | 'accountId' | 'host'>;

/** What is noted of a file: nothing; that another host has it; or something else. */
export type Noted = 'nothing' | 'elsewhere' | 'something';

/** Asks what is noted of files by their ids, for many of them at once. */
export class NotedFiles {
  readonly #options: Options;
  /** Whether there are copies that only their messages name; undefined while that isn't known. */
  #hasUnnamed: boolean | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** @throws what says that the database is out of reach */
  async of(files: readonly ChosenFile[]): Promise<(file: ChosenFile) => Noted> {
    const { accountId, host: own, store } = this.#options;
    const ids = files.map(({ mediaId }) => mediaId);
    this.#hasUnnamed ??= await hasCopiesWithoutMedia(store.db, accountId);
    const copies = await copiesOfMedia(store.db, accountId, ids);
    const hashes = await hashesOfMedia(store.db, accountId, ids);
    const there = copies.filter(({ state, host }) => state === 'there' && host !== own);
    const elsewhere = new Set(there.map(({ mediaId }) => mediaId));
    const known = new Set([...copies.map(({ mediaId }) => mediaId), ...hashes.keys()]);
    return ({ mediaId }) => {
      if (elsewhere.has(mediaId)) return 'elsewhere';
      return known.has(mediaId) || this.#hasUnnamed ? 'something' : 'nothing';
    };
  }
}
