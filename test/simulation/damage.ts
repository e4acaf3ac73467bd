import { type Random, seededRandom } from '../../lib/base/random.js';
import { deleteMessages, editMessage } from '../../lib/sandbox/world/changing.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { JobScene } from './content.js';
import { messagesIn } from './job-view.js';
import { pick } from './pick.js';
import { type JobRecord, readRecords } from './records.js';
import type { Setting } from './setting.js';
import { verifyAndQueue } from './verifying.js';

/** Copies are damaged in so many of the seeds, and then between so many of their processes. */
const SEEDS = 0.15;
const TIMES = 0.5;

/** Damages copies while no process runs, and verifies with --repair, so that the next process repairs them. */
export class Damages {
  readonly #setting: Setting;
  readonly #random: Random;
  /** Whether anything is damaged in this seed. */
  readonly drawn: boolean;

  constructor(setting: Setting) {
    this.#setting = setting;
    this.#random = seededRandom(`${setting.plan.seed}/damages`);
    this.drawn = this.#random.float() < SEEDS;
  }

  /** Perhaps, after a process of this job. */
  async perhaps(index: number): Promise<void> {
    if (this.drawn && this.#random.float() < TIMES) await this.some(index);
  }

  /** Damages one or two copies of a job, if it has any, and has them queued. Returns how many were damaged. */
  async some(index: number): Promise<number> {
    const { sandbox, scene, directories, asked, note } = this.#setting;
    const job = scene.jobs[index] ?? scene.jobs[0];
    const before = await verifyAndQueue(this.#setting, job);
    if (!before) return 0;
    const records = await readRecords(directories.current, { settled: false });
    const record = records.find(({ sourceId }) => sourceId === job.source.id);
    if (!record) return 0;
    const copies = copiesToDamage(this.#setting, job, record);
    const damaged = new Set<number>();
    for (let n = this.#random.integer(1, 2); n > 0 && copies.length > 0; n -= 1) {
      const { id, copy, isWhole } = pick(this.#random, copies);
      if (damaged.has(id)) continue;
      damaged.add(id);
      if (isWhole && isEditable(copy) && this.#random.float() < 0.5) {
        note('copy-edited');
        editMessage(sandbox.world, copy, { text: `${copy.text}!`, entities: [] }, undefined);
      } else {
        note('copy-deleted');
        deleteMessages(sandbox.world, [copy], {});
        asked.sentAgain(index, id);
      }
    }
    const after = await verifyAndQueue(this.#setting, job);
    if ((after?.queued ?? 0) < damaged.size) {
      throw new Error(`Of the damaged copies of ${[...damaged].join(', ')}, ${after?.queued} were queued.`);
    }
    return damaged.size;
  }
}

/** Nothing answers them or links to them, and nothing belongs to them: what a repair can't restore. */
function copiesToDamage(
  { sandbox, scene }: Setting,
  job: JobScene,
  record: JobRecord,
): { readonly id: number; readonly copy: Message; readonly isWhole: boolean }[] {
  const originals = messagesIn(sandbox, { ...job.source, creator: scene.me.id });
  const there = new Map(messagesIn(sandbox, scene.target).map((message) => [message.id, message]));
  const named = new Set(originals.flatMap(({ reply, text }) => [reply?.toId, ...linkedIn(text)]));
  return originals
    .flatMap((message) => {
      const { id, groupedId, entities } = message;
      const copy = there.get(record.copies.get(id) ?? 0);
      for (const { url = '' } of entities) for (const linked of linkedIn(url)) named.add(linked);
      // Losses excuse some differences.
      const isWhole = record.messages.get(id)?.losses?.length === 0;
      const isPart = groupedId !== undefined || record.continuations.has(id) || record.items.has(id);
      return copy && !isPart && !named.has(id) ? [{ id, copy, isWhole }] : [];
    })
    .filter(({ id }) => !named.has(id));
}

function linkedIn(text: string): number[] {
  return [...text.matchAll(/t\.me\/c\/\d+\/(\d+)/g)].map(([, id]) => Number(id));
}

/** A plain text, which any account may edit. */
function isEditable({ text, media, forward, rich }: Message): boolean {
  return text !== '' && media === undefined && forward === undefined && rich === undefined;
}
