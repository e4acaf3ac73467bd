import type { PostDocument } from '../messages/document/document.js';
import type { FileScene } from './files.js';
import { inOrder } from './in-order.js';
import { compareAllFiles } from './items.js';
import { FILES_AT_ONCE, phaseOf, type VerifyScene } from './scene.js';

const PAGE = 50;

/** Compares the files of the sample, when it is a number of messages: which ones is known only at the end. */
export async function readSampled(scene: VerifyScene, files: FileScene): Promise<void> {
  const { record, pairs, signal } = scene;
  const { phase, after = Number.NEGATIVE_INFINITY } = phaseOf(record);
  const left = pairs.sampled.filter(({ sourceId }) => phase !== 'files' || sourceId > after);
  for (let start = 0; start < left.length; start += PAGE) {
    const page = left.slice(start, start + PAGE);
    const originals = await scene.source.fetch(page.map(({ sourceId }) => sourceId));
    const copies = await scene.target.fetch(page.flatMap(({ targetId, more = [] }) => [targetId, ...more]));
    const reading = inOrder(
      page,
      FILES_AT_ONCE,
      ({ sourceId, targetId, more = [] }, linked) => {
        const [original, copy] = [originals.get(sourceId), copies.get(targetId)];
        if (original?.kind !== 'message' || copy?.kind !== 'message') return undefined;
        const others = more.flatMap((id): PostDocument[] => {
          const other = copies.get(id);
          return other?.kind === 'message' ? [other] : [];
        });
        return compareAllFiles(files, original, [copy, ...others], linked);
      },
      signal,
    );
    for await (const [ids, outcomes] of reading) {
      signal.throwIfAborted();
      if (outcomes) pairs.noteFiles(await outcomes);
      await record.save({ phase: 'files', after: ids.sourceId });
    }
  }
}
