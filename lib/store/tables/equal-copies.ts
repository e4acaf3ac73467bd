import type { Kysely } from 'kysely';
import { chunked } from '../values.js';
import { copiesOfContent, type FileCopy } from './file-copies.js';
import type { StoreTables } from './schema.js';

/** Each content that several paths have, as far as hashes are known, with all its copies: on every host, and in buckets. */
export async function* equalCopies(
  db: Kysely<Pick<StoreTables, 'file_copies'>>,
): AsyncGenerator<readonly FileCopy[]> {
  const contents = await db
    .selectFrom('file_copies')
    .select('sha256')
    .where('state', '=', 'there')
    .where('sha256', 'is not', null)
    .groupBy('sha256')
    .having((each) => each.fn.countAll(), '>', 1)
    .orderBy('sha256')
    .execute();
  for (const chunk of chunked(contents.flatMap(({ sha256 }) => sha256 ?? []))) {
    const groups = new Map<string, FileCopy[]>(chunk.map((sha256) => [sha256, []]));
    for (const copy of await copiesOfContent(db, chunk)) {
      if (copy.state === 'there') groups.get(copy.sha256 ?? '')?.push(copy);
    }
    yield* groups.values();
  }
}
