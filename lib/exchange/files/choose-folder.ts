import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../base/errors.js';
import { codeOf } from '../../base/system-errors.js';
import { notWritten } from './disk-error.js';
import { type ExportIdentity, type ExportState, isSameExport, NOTES, readState } from './state.js';

export interface ChosenFolder {
  readonly folder: string;
  /** Of the export that was made, or begun, there before. */
  readonly state: ExportState | undefined;
}

/**
 * The folder of an export: the one that was asked for, if it is missing or empty, or holds an export of the same; otherwise one
 * inside of it that is named after the day, as Telegram Desktop does, with a number if others have the name. One of today that
 * holds an export of the same is continued. Makes nothing.
 * @param day `2024-03-05`
 * @throws UsageError EXPORT_OF_ANOTHER for a folder with an export of something else
 */
export async function chooseFolder(
  output: string,
  identity: ExportIdentity,
  day: string,
): Promise<ChosenFolder> {
  const state = await readState(output);
  if (state && isSameExport(state, identity)) return { folder: output, state };
  if (state) throw exportOfAnother(output, state);
  if (await isEmpty(output)) return { folder: output, state: undefined };
  const name = `${identity.chat === undefined ? 'DataExport' : 'ChatExport'}_${day}`;
  for (let number = 0; ; number += 1) {
    const folder = join(output, number === 0 ? name : `${name} (${number})`);
    const known = await readState(folder);
    if (known ? isSameExport(known, identity) : await isEmpty(folder)) return { folder, state: known };
  }
}

export function exportOfAnother(folder: string, { chat }: ExportIdentity): UsageError {
  return new UsageError(
    'EXPORT_OF_ANOTHER',
    `${folder} holds an export of ${chat === undefined ? 'an account' : `chat ${chat}`}: choose another folder with --output.`,
    { fields: { path: folder } },
  );
}

/** Notes of an export that has noted nothing are left by a process that died. */
async function isEmpty(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).every((name) => name === NOTES);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    throw notWritten(folder, error);
  }
}
