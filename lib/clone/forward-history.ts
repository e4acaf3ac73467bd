import { Api } from 'telegram/tl/index.js';
import { isOlder } from '../base/source-ids.js';
import type { MessageRow } from '../ledger/job.js';
import { MOST_FORWARDED } from '../telegram/forward.js';
import type { ChosenUnit } from './choice.js';
import { finishUnit, type StartedUnit, UNFINISHED } from './copy-unit.js';
import { type ForwardUnit, forwardUnits } from './forward.js';
import { noteSkipped, tellEarlier } from './outcome.js';
import type { Run } from './run.js';
import type { Outgoing } from './send-unit.js';
import { settled } from './settled.js';
import { topicOf } from './source-topic.js';

/** A unit of the history whose rows are in the ledger. */
export interface PlannedUnit {
  readonly unit: ChosenUnit;
  readonly rows: ReadonlyMap<number, MessageRow>;
}

/** How many messages a batch holds at most, including the ones of units of which nothing is sent. */
const MOST_HELD = 1_000;

/**
 * Groups the history into calls of messages.forwardMessages: at most MOST_FORWARDED messages that follow one another,
 * come from one chat and go to one topic, with ascending ids; units of which nothing is sent may stand between them,
 * as many as memory should hold. A unit that isn't forwarded as a whole comes alone.
 */
export async function* forwardBatches(
  run: Run,
  planned: AsyncIterable<PlannedUnit>,
): AsyncGenerator<readonly PlannedUnit[]> {
  let batch = new Batch();
  for await (const unit of planned) {
    const part = partOf(run, unit);
    if (!batch.takes(part)) {
      if (batch.units.length > 0) yield batch.units;
      batch = new Batch();
    }
    batch.add(unit, part);
  }
  if (batch.units.length > 0) yield batch.units;
}

/** The share of a unit in a call. */
interface Part {
  /** What all messages of a call have in common; undefined when nothing of the unit is sent. */
  readonly road: string | undefined;
  readonly ids: readonly number[];
  /** How many messages the unit has. */
  readonly messages: number;
  readonly isAlone: boolean;
}

class Batch {
  readonly units: PlannedUnit[] = [];
  #road: string | undefined;
  #count = 0;
  #held = 0;
  #lastId = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  takes({ road, ids, messages, isAlone }: Part): boolean {
    if (this.units.length === 0) return true;
    if (this.#isClosed || isAlone || this.#held + messages > MOST_HELD) return false;
    if (road === undefined) return true;
    const fits = this.#count + ids.length <= MOST_FORWARDED && (ids[0] ?? 0) > this.#lastId;
    return fits && (this.#road === undefined || this.#road === road);
  }

  add(unit: PlannedUnit, { road, ids, messages, isAlone }: Part): void {
    this.units.push(unit);
    this.#isClosed = isAlone;
    this.#road ??= road;
    this.#count += ids.length;
    this.#held += messages;
    this.#lastId = ids.at(-1) ?? this.#lastId;
  }
}

function partOf(run: Run, { unit, rows }: PlannedUnit): Part {
  const open = unit.messages.filter(({ id }) => UNFINISHED.has(rows.get(id)?.state ?? 'planned'));
  const sent = open.filter((message) => run.choice.contentOf(unit, message).kind !== 'skip');
  const isForward = sent.every((message) => run.choice.contentOf(unit, message).kind === 'forward');
  const isProtected = sent.some((message) => message.noforwards);
  const [first] = sent;
  return {
    road: first && roadOf(run, first),
    ids: sent.map(({ id }) => id),
    messages: unit.messages.length,
    isAlone: !isForward || isProtected || createsTopic(run, unit),
  };
}

function roadOf({ target, targetTopic }: Run, message: ChosenUnit['messages'][number]): string {
  const topic = target.kind === 'forum' && targetTopic === undefined ? topicOf(message) : 0;
  return `${topic} ${message.silent === true} ${isOlder(message.id)}`;
}

/** Its topic is created when the history reaches it, so it ends what is forwarded before. */
function createsTopic({ autoCreateTopics }: Run, { messages: [first] }: ChosenUnit): boolean {
  return (
    autoCreateTopics &&
    first instanceof Api.MessageService &&
    first.action instanceof Api.MessageActionTopicCreate
  );
}

/** Finishes the units of one batch: see finishUnit. */
export async function finishTogether(run: Run, started: readonly StartedUnit[]): Promise<void> {
  const [only] = started;
  if (only && started.length === 1) return finishUnit(run, only);
  const units: ForwardUnit[] = [];
  for (const { finished, skips, groups } of started) {
    for (const row of finished) tellEarlier(run, row);
    await noteSkipped(run, skips);
    for (const group of groups) units.push(await readyOf(run, group));
  }
  const items = units.flat();
  const [first] = items;
  if (!first) return;
  const sourceIds = items.map(({ message }) => message.id);
  const routed = await settled(run, sourceIds, async () => ({ id: await run.router.route(first.message) }));
  if (!routed) return;
  await forwardUnits(
    run,
    units.filter(({ length }) => length > 0),
    routed.id,
  );
}

async function readyOf(run: Run, group: StartedUnit['groups'][number]): Promise<Outgoing[]> {
  const outgoing: Outgoing[] = [];
  for (const { content, ready } of group) {
    const item = await settled(run, [content.message.id], () => ready);
    if (item) outgoing.push(item);
  }
  return outgoing;
}
