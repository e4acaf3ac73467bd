import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerPlace } from '../../lib/ledger/ledger.js';
import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import { type Choice, type ChoicePlan, choiceOf } from './choice.js';
import type { Scene } from './content.js';
import { messagesIn } from './job-view.js';
import { readRecords } from './records.js';

/** What the processes of one job were asked for, as the oracle needs it. */
export interface Asked {
  /** The selections of all processes. */
  readonly choices: readonly Choice[];
  /** That of the process that was not disturbed. */
  readonly last: Choice | undefined;
  /** Messages that had been left out when a process was asked to append them: they may stand at the end. */
  readonly appended: ReadonlySet<number>;
}

/** Keeps what the processes are asked for, job by job. */
export class AskedFor {
  readonly #sandbox: Sandbox;
  readonly #scene: Scene;
  readonly #jobs = new Map<number, { choices: Choice[]; last: Choice | undefined; appended: Set<number> }>();

  constructor(sandbox: Sandbox, scene: Scene) {
    this.#sandbox = sandbox;
    this.#scene = scene;
  }

  /** A process begins, or the last one does. `place`: where the ledger is, or the data directory that may have one. */
  async begin(job: number, plan: ChoicePlan, place: string | LedgerPlace): Promise<Choice> {
    const { source, sourceTopic } = this.#scene.jobs[job] ?? this.#scene.jobs[0];
    const me = this.#scene.me.id;
    const choice = choiceOf(plan, messagesIn(this.#sandbox, { ...source, creator: me }), {
      me,
      isForum: source.forum && sourceTopic === undefined,
      sizeOf: (message) => this.#sizeOf(message),
    });
    const asked = this.#jobs.get(job) ?? { choices: [], last: undefined, appended: new Set() };
    this.#jobs.set(job, asked);
    asked.choices.push(choice);
    asked.last = choice;
    if (choice.appendMissed && isThere(place)) {
      const [record] = (await readRecords(place, { settled: false })).filter(
        ({ sourceId }) => sourceId === source.id,
      );
      for (const [id, { state }] of record?.messages ?? []) if (state === 'skipped') asked.appended.add(id);
    }
    return choice;
  }

  /** A copy is gone, so that a process is to send it again: it stands at the end. */
  sentAgain(job: number, id: number): void {
    this.#jobs.get(job)?.appended.add(id);
  }

  #sizeOf({ media, rich }: Message): number | undefined {
    if (rich) return undefined;
    switch (media?.kind) {
      case undefined:
      case 'geo':
      case 'contact':
      case 'dice':
        return 0;
      case 'document':
        return this.#sandbox.files.get(media.fileId)?.size;
      default:
        return undefined;
    }
  }

  of(job: number): Asked {
    return this.#jobs.get(job) ?? { choices: [], last: undefined, appended: new Set() };
  }
}

function isThere(place: string | LedgerPlace): boolean {
  return typeof place !== 'string' || existsSync(join(place, 'ledger.db'));
}
