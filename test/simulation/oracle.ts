import { deepEqual, equal } from 'node:assert/strict';
import type { LedgerPlace } from '../../lib/ledger/ledger.js';
import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { Topic } from '../../lib/sandbox/world/model.js';
import { GENERAL_TOPIC } from '../../lib/sandbox/world/topics.js';
import type { AskedFor } from './asked.js';
import type { JobScene, Scene } from './content.js';
import { type JobView, messagesIn, viewOf } from './job-view.js';
import { assertCopy } from './oracle-copy.js';
import { assertLeftOut } from './oracle-left-out.js';
import { assertPins } from './oracle-pins.js';
import { type JobRecord, readRecords } from './records.js';

/**
 * Throws unless the target is what undisturbed runs would have made of the sources, and the ledger agrees, which is in a data directory or at `place`:
 * each copy belongs to one job, each job's copies are its source in order, and whatever has no copy has a reason.
 */
export async function assertCloned(
  { sandbox, scene, asked }: { readonly sandbox: Sandbox; readonly scene: Scene; readonly asked: AskedFor },
  place: string | LedgerPlace,
): Promise<void> {
  const records = await readRecords(place);
  const recordOf = ({ source }: JobScene): JobRecord => {
    const [record, ...others] = records.filter(({ sourceId }) => sourceId === source.id);
    if (!record || others.length > 0) throw new Error(`The ledger has not one job of source ${source.id}.`);
    return record;
  };
  equal(records.length, scene.jobs.length, 'The ledger has other jobs than those that ran.');
  assertClaimedOnce(sandbox, scene, records);
  assertPins(sandbox, scene, records);
  for (const [index, job] of scene.jobs.entries()) {
    assertJob(await viewOf({ sandbox, scene, job, asked: asked.of(index) }, recordOf(job)));
  }
}

/** Each message and each topic of the target is in the ledger as the copy of one original, and nothing else is. */
function assertClaimedOnce(sandbox: Sandbox, { target, jobs }: Scene, records: readonly JobRecord[]): void {
  const sorted = (ids: readonly number[]): number[] => [...ids].sort((one, other) => one - other);
  const copies = records.flatMap(({ copies: own, continuations, items }) => [
    ...own.values(),
    ...[...continuations.values(), ...items.values()].flat(),
  ]);
  const there = messagesIn(sandbox, target).filter(({ action }) => !action);
  deepEqual(
    sorted(copies),
    there.map(({ id }) => id),
    'The ledger has other copies than the target.',
  );
  const given = new Set([GENERAL_TOPIC, ...jobs.map(({ targetTopic }) => targetTopic)]);
  deepEqual(
    sorted(records.flatMap(({ topics }) => [...topics.values()])),
    [...target.topics.keys()].filter((id) => !given.has(id)),
    'The ledger has other topics than the target.',
  );
}

function assertJob(view: JobView): void {
  const { originals, record } = view;
  const known = new Set(originals.map(({ id }) => id));
  const odd = [...record.copies.keys()].filter((id) => !known.has(id));
  deepEqual(odd, [], 'The ledger has copies of messages that were not to be cloned.');
  for (const message of originals) {
    const row = record.messages.get(message.id);
    if (row?.state === 'sent') assertCopy(view, message, row);
    else assertLeftOut(view, message, row);
  }
  assertOrder(view);
  assertAlbums(view);
  assertTopics(view);
}

/**
 * The copies stand in the order of their originals, an album where its first item stands, and what continues one comes
 * before the next post.
 */
function assertOrder(view: JobView): void {
  const { record, asked } = view;
  // What was left out before stands where it could still be put.
  const originals = view.originals.filter(({ id }) => !asked.appended.has(id));
  let end = 0;
  for (const post of postsOf(originals)) {
    let last = end;
    for (const id of inOrder(post, view)) {
      const copy = record.copies.get(id) ?? 0;
      if (copy <= last) throw new Error(`Copy ${copy} of message ${id} comes too early.`);
      last = copy;
      end = Math.max(end, copy, ...(record.items.get(id) ?? []), ...(record.continuations.get(id) ?? []));
    }
  }
}

/** The messages that are sent as one album together, where the first of them stands. */
function postsOf(originals: readonly Message[]): Iterable<readonly Message[]> {
  const posts = new Map<bigint | number, Message[]>();
  for (const message of originals) {
    const key = message.groupedId ?? message.id;
    posts.set(key, [...(posts.get(key) ?? []), message]);
  }
  return posts.values();
}

/** The copied media of a post come before what became text. */
function inOrder(post: readonly Message[], { record, copyOf }: JobView): number[] {
  const sent = post.flatMap(({ id }) => {
    const copy = copyOf(record.copies.get(id));
    return copy ? [{ id, isMedia: copy.media !== undefined }] : [];
  });
  return [...sent.filter(({ isMedia }) => isMedia), ...sent.filter(({ isMedia }) => !isMedia)].map(
    ({ id }) => id,
  );
}

/** The copied media of one album are one album again. */
function assertAlbums({ originals, record, copyOf, asked }: JobView): void {
  const albums = new Map<bigint, Message[]>();
  for (const { id, groupedId } of originals) {
    const copy = copyOf(record.copies.get(id));
    if (asked.appended.has(id)) continue;
    // A card, or a file that became text, stands for itself.
    if (groupedId !== undefined && copy?.media)
      albums.set(groupedId, [...(albums.get(groupedId) ?? []), copy]);
  }
  const seen = new Set<bigint>();
  for (const copies of albums.values()) {
    const ids = new Set(copies.map(({ groupedId }) => groupedId));
    const [groupedId, ...others] = ids;
    const isWhole = copies.length === 1 || (others.length === 0 && groupedId !== undefined);
    if (!isWhole || (groupedId !== undefined && seen.has(groupedId))) {
      throw new Error(`Copies ${copies.map(({ id }) => id).join(', ')} are not an album of their own.`);
    }
    if (groupedId !== undefined) seen.add(groupedId);
  }
}

/** Each topic once, with the look of its original, in the order of their creation; and each message in its own. */
function assertTopics({ scene, job, record, asked, originals }: JobView): void {
  const { target } = scene;
  const { source, sourceTopic, targetTopic, autoCreateTopics } = job;
  if (!autoCreateTopics || targetTopic !== undefined) return;
  const wanted = [...source.topics.values()].filter(
    ({ id }) => sourceTopic === undefined || id === sourceTopic || id === GENERAL_TOPIC,
  );
  const ownTopics = new Set([GENERAL_TOPIC, ...record.topics.values()]);
  const got = [...target.topics.values()].filter(({ id }) => ownTopics.has(id));
  const look = ({ title, iconColor }: Topic): string => `${title} ${iconColor}`;
  const isChosen = asked.choices.some(({ environment }) => Object.keys(environment).length > 0);
  if (!isChosen) {
    deepEqual(got.map(look), wanted.map(look), 'The topics differ.');
    return;
  }
  // Of topics whose messages aren't selected there need be no copy.
  for (const [from, to] of record.topics) {
    const [one, other] = [source.topics.get(from), target.topics.get(to)];
    if (!one || !other || look(one) !== look(other)) throw new Error(`Topic ${from} became topic ${to}.`);
  }
  const lacking = originals.filter(
    ({ id, topicId }) =>
      record.copies.has(id) &&
      topicId !== undefined &&
      topicId !== GENERAL_TOPIC &&
      !record.topics.has(topicId),
  );
  deepEqual(lacking, [], 'A message was copied, but not its topic.');
}
