import { createHash } from 'node:crypto';
import { open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from '../base/atomic-file.js';
import { FailedError, reasonOfSystem, UsageError } from '../base/errors.js';
import { codeOf } from '../base/system-errors.js';
import { sortedJson } from '../messages/document/sorted-json.js';
import { type PlanRun, shapeFaultOf } from './plan-shape.js';

/** The form of plans that this version writes and reads. */
export const PLAN_VERSION = 1;

/**
 * What `telepi erase plan` has decided, and `telepi erase run` may delete: never more than these messages. A file that nobody
 * changes: its hash shows whether somebody has.
 */
export interface ErasePlan extends PlanContent {
  /** SHA-256, in hex, of everything else as sorted JSON. */
  readonly hash: string;
}

/** A plan without its hash, its keys in the file's order. */
export interface PlanContent {
  readonly telepi_erase_plan: typeof PLAN_VERSION;
  /** ISO 8601, UTC. */
  readonly made: string;
  /** See serverIdentity; null for Telegram itself. */
  readonly server: string | null;
  /** Telegram's user id, in decimal. */
  readonly account: string;
  readonly chat: PlannedChat;
  /** The messages go for everybody, not for this account alone. */
  readonly for_everyone: boolean;
  /** Messages of others go too. */
  readonly others: boolean;
  /** What isn't archived and verified may go, too. */
  readonly unarchived: boolean;
  /** As it was given, in its canonical words; `all` without one. */
  readonly selection: string;
  readonly counts: PlanCounts;
  readonly messages: readonly PlannedMessages[];
}

export interface PlannedChat {
  /** Marked id, in decimal. */
  readonly id: string;
  readonly title: string;
  /** See ChatType of lib/telegram/chat.ts. */
  readonly type: string;
  /** The marked id of the basic group that was upgraded into it, when messages of its history are planned or were looked for. */
  readonly older?: string;
}

export interface PlanCounts {
  readonly messages: number;
  readonly own: number;
  readonly others: number;
  /** By the names that `--kind` knows, and `service`. */
  readonly by_kind: Readonly<Record<string, number>>;
}

/** Messages of one history: of the chat, or of the older group. */
export interface PlannedMessages {
  /** Marked id, in decimal. */
  readonly chat: string;
  /** Runs of ids, each from its first to its last, ascending. */
  readonly ids: readonly PlanRun[];
}

/** A plan with its hash. */
export function sealPlan(content: PlanContent): ErasePlan {
  return { ...content, hash: hashOf(content) };
}

/** Ids, in any order and each once or more, as runs. */
export function runsOf(ids: Iterable<number>): PlanRun[] {
  const runs: [number, number][] = [];
  for (const id of [...new Set(ids)].sort((one, other) => one - other)) {
    const last = runs.at(-1);
    if (last && last[1] === id - 1) last[1] = id;
    else runs.push([id, id]);
  }
  return runs;
}

/** The ids of runs, ascending. */
export function* idsOf(runs: readonly PlanRun[]): Generator<number> {
  for (const [first, last] of runs) for (let id = first; id <= last; id += 1) yield id;
}

/**
 * Writes a plan that isn't there yet, for this user to read and nobody to write, and makes it durable.
 * @throws UsageError PLAN_EXISTS; FailedError PLAN_UNWRITABLE
 */
export async function writePlan(path: string, plan: ErasePlan): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o400);
    try {
      await file.writeFile(`${JSON.stringify(plan)}\n`);
      await file.sync();
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    await syncDirectory(dirname(path));
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      throw new UsageError(
        'PLAN_EXISTS',
        `${path} exists already, and a plan is never replaced: name another file with --output.`,
      );
    }
    throw new FailedError(
      'PLAN_UNWRITABLE',
      `The plan could not be written to ${path}: ${reasonOfSystem(error)}. Name another file with --output.`,
      { cause: error },
    );
  }
}

/**
 * Reads a plan and checks all of it: its version, its form, and its hash.
 * @throws UsageError PLAN_UNREADABLE, PLAN_VERSION or PLAN_DAMAGED
 */
export async function readPlan(path: string): Promise<ErasePlan> {
  const plan = parsed(path, await textOf(path));
  const version = plan['telepi_erase_plan'];
  if (version === undefined) throw unreadable(path, 'it is not a plan of `telepi erase plan`');
  if (version !== PLAN_VERSION) {
    throw new UsageError(
      'PLAN_VERSION',
      `The plan ${path} has version ${JSON.stringify(version)}, and this TelePi reads version ${PLAN_VERSION}: use the TelePi that made it, or make a new plan.`,
    );
  }
  const { hash, ...content } = plan;
  const fault = shapeFaultOf(content);
  if (fault !== undefined) throw damaged(path, fault);
  if (hash !== hashOf(content)) throw damaged(path, 'its hash does not fit its content');
  return plan as unknown as ErasePlan;
}

/** Far more than the ids of the largest chat need, in bytes. */
const MOST_BYTES = 256 * 2 ** 20;

async function textOf(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size > MOST_BYTES) throw unreadable(path, 'it is too large for one');
      return await readFile(file, 'utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw unreadable(path, reasonOfSystem(error), error);
  }
}

function parsed(path: string, text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(path, 'it is not JSON, or not whole', error);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw unreadable(path, 'it is not a plan of `telepi erase plan`');
}

function unreadable(path: string, why: string, cause?: unknown): UsageError {
  return new UsageError(
    'PLAN_UNREADABLE',
    `The plan ${path} could not be read: ${why}. Name the file that \`telepi erase plan\` has written.`,
    { cause },
  );
}

function damaged(path: string, why: string): UsageError {
  return new UsageError(
    'PLAN_DAMAGED',
    `The plan ${path} was changed or damaged: ${why}. Make a new plan with \`telepi erase plan\`.`,
  );
}

function hashOf(content: object): string {
  return createHash('sha256').update(sortedJson(content)).digest('hex');
}
