import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../base/atomic-file.js';
import { UsageError } from '../../base/errors.js';
import { codeOf } from '../../base/system-errors.js';
import { notWritten } from './disk-error.js';
import type { Counters } from './place-files.js';

/** The folder within an export in which TelePi notes what it needs to continue it. */
export const NOTES = '.telepi-export';
const STATE = 'state.json';
const STATE_VERSION = 1;

/** What an export is of: one chat, or an account's chats, each in a folder of its own. */
export interface ExportIdentity {
  readonly account: number;
  /** Marked; absent for an account's chats. */
  readonly chat?: number | undefined;
}

/** What a later export of the same goes by. */
export interface ExportState extends ExportIdentity {
  readonly version: typeof STATE_VERSION;
  readonly chats: readonly StateChat[];
  /** The name of the list of files, within the folder of notes. */
  readonly list?: string | undefined;
}

export interface StateChat {
  readonly id: number;
  readonly prefix: string;
  readonly counters: Counters;
}

/**
 * What is noted in a folder; undefined in one that no export has begun.
 * @throws UsageError EXPORT_NOTES_DAMAGED, EXPORT_NEWER
 */
export async function readState(folder: string): Promise<ExportState | undefined> {
  const path = join(folder, NOTES, STATE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw new UsageError(
      'EXPORT_NOTES_DAMAGED',
      `${path} can't be read; choose another folder with --output.`,
      {
        cause: error,
        fields: { path },
      },
    );
  }
  const state = parsed(text);
  if (state && state.version > STATE_VERSION) {
    throw new UsageError(
      'EXPORT_NEWER',
      `A newer TelePi has exported into ${folder}: use that one, or choose another folder with --output.`,
      { fields: { path } },
    );
  }
  if (state) return state;
  throw new UsageError(
    'EXPORT_NOTES_DAMAGED',
    `${path} is damaged: choose another folder with --output, or remove the folder ${join(folder, NOTES)} to export everything again.`,
    { fields: { path } },
  );
}

function parsed(text: string): ExportState | undefined {
  try {
    const state = JSON.parse(text) as Partial<ExportState> | null;
    const isWhole =
      typeof state?.version === 'number' && typeof state.account === 'number' && Array.isArray(state.chats);
    return isWhole ? (state as ExportState) : undefined;
  } catch {
    return undefined;
  }
}

/** @throws FailedError EXPORT_NOT_WRITTEN */
export async function writeState(folder: string, state: Omit<ExportState, 'version'>): Promise<void> {
  const path = join(folder, NOTES, STATE);
  try {
    await writeFileAtomic(path, `${JSON.stringify({ version: STATE_VERSION, ...state })}\n`);
  } catch (error) {
    throw notWritten(path, error);
  }
}

export function isSameExport(one: ExportIdentity, other: ExportIdentity): boolean {
  return one.account === other.account && one.chat === other.chat;
}
