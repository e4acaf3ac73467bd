import { idInChat, OLDER_START } from '../base/source-ids.js';
import type { MessageRow } from '../ledger/job.js';
import type { ComparisonCourse } from '../ledger/job-store.js';
import { common, type Stretch } from '../ledger/stretches.js';
import { fetchMessages } from '../telegram/history.js';
import { beginningOf } from './range.js';
import type { Run } from './run.js';
import { SourceReader } from './source-reader.js';
import { completeStories } from './stories.js';
import { ALBUM_SPAN, readUnits, type Unit, unitsOf } from './units.js';

/** Messages that were left out, and may be wanted after all. */
export interface Candidates {
  readonly unit: Unit;
  /** The unit's messages that were left out. */
  readonly open: ReadonlySet<number>;
  /** They have no rows yet. */
  readonly isNew: boolean;
}

interface CandidateBatch {
  readonly candidates: readonly Candidates[];
  /** Where the comparison continues once these are compared. No album is cut there. */
  readonly course: ComparisonCourse;
  /** The part of a stretch that was passed over, and has been read now. */
  readonly passed?: Stretch;
}

/** The messages behind the checkpoint that were left out, from a point on, as they are now in the source. */
export async function* candidatesOf(run: Run, from: ComparisonCourse): AsyncGenerator<CandidateBatch> {
  let course = from;
  for await (const batch of skippedBefore(run, from)) {
    course = batch.course;
    yield batch;
  }
  yield* passedOver(run, course);
}

/** Reasons that have nothing to do with what a message is, or that a person has given. */
const FINAL: ReadonlySet<string> = new Set([
  'checkpoint',
  'deleted',
  'deleted_in_doubt',
  'sent_before',
  'already_sent',
]);
/** Skipped messages that are read together, at most. */
const BATCH = 100;

/** Also beyond the checkpoint, which an earlier run may not have saved: what that run left out there stays left out. */
async function* skippedBefore(
  { job, client, source, signal }: Run,
  from: ComparisonCourse,
): AsyncGenerator<CandidateBatch> {
  for (let course = from; ; ) {
    const next = await job.missed.skippedAfter(course.skippedAfter, BATCH);
    const rows = next.filter(({ sourceId }) => sourceId <= from.upTo);
    const last = rows.at(-1);
    if (!last) return;
    course = { ...course, skippedAfter: last.sourceId };
    const again = rows.filter(({ reason = '', afterId }) => afterId === undefined && !FINAL.has(reason));
    const open = new Set(again.map(({ sourceId }) => sourceId));
    const ids = new Set([...open, ...(await otherItems(job, again))]);
    const found = await fetchMessages(client, source, sorted(ids), signal);
    await completeStories({ client, source }, found, signal);
    yield { course, candidates: unitsOf(found).map((unit) => ({ unit, open, isNew: false })) };
  }
}

/** The other items of the messages' albums, wherever they lie among messages that don't belong to the album. */
async function otherItems(job: Run['job'], rows: readonly MessageRow[]): Promise<readonly number[]> {
  const around = new Set<number>();
  const albums = new Set<bigint>();
  for (const { sourceId, groupedId } of rows) {
    if (groupedId === undefined) continue;
    albums.add(groupedId);
    for (let id = sourceId - ALBUM_SPAN + 1; id < sourceId + ALBUM_SPAN; id += 1) {
      if (idInChat(id) > 0) around.add(id);
    }
  }
  const known = await job.find(sorted(around));
  return [...known.values()].flatMap(({ sourceId, groupedId }) =>
    groupedId !== undefined && albums.has(groupedId) ? [sourceId] : [],
  );
}

function sorted(ids: ReadonlySet<number>): readonly number[] {
  return [...ids].sort((one, other) => one - other);
}

async function* passedOver(run: Run, from: ComparisonCourse): AsyncGenerator<CandidateBatch> {
  const { job, selection, upTo } = run;
  const { missed, checkpoint } = job;
  if (missed.passedOver.length === 0) return;
  const { after } = await beginningOf(run, selection?.bounds, OLDER_START);
  const wanted = { after: Math.max(after, from.passedAfter), upTo: Math.min(checkpoint, upTo) };
  for (const stretch of missed.passedOver) {
    const part = common(stretch, wanted);
    if (part) yield* partOf(run, from, part);
  }
}

/** What is wanted of one stretch that was passed over, in batches between which no album is cut. */
async function* partOf(run: Run, from: ComparisonCourse, part: Stretch): AsyncGenerator<CandidateBatch> {
  const { job, signal } = run;
  const reader = new SourceReader(run, part.after);
  const readAfter = (afterId: number) => reader.pages(afterId, signal);
  let candidates: Candidates[] = [];
  let [lastId, passedAfter] = [part.after, part.after];
  reading: for await (const units of readUnits(readAfter, part.after, reader.isWanted)) {
    for (const unit of units) {
      if (unit.messages[0].id > part.upTo) break reading;
      const known = await job.find(unit.messages.map(({ id }) => id));
      const open = new Set(unit.messages.flatMap(({ id }) => (known.has(id) ? [] : [id])));
      candidates.push({ unit, open, isNew: true });
      lastId = Math.max(lastId, ...unit.messages.map(({ id }) => id));
      passedAfter = unit.upTo;
    }
    if (passedAfter < lastId || passedAfter >= part.upTo) continue;
    yield {
      candidates,
      course: { ...from, passedAfter },
      passed: { after: part.after, upTo: passedAfter },
    };
    candidates = [];
  }
  yield { candidates, course: { ...from, passedAfter: part.upTo }, passed: part };
}
