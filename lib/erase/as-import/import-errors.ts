import { FailedError } from '../../base/errors.js';

/** An import was started for other messages than the archive now gives for it. */
export function importChanged(part: number): FailedError {
  return new FailedError(
    'IMPORT_CHANGED',
    `Import ${part} of this plan was started with messages that this archive doesn't have, or has otherwise by now: name the archive that it was started with.`,
  );
}

/** Nobody can say whether an import was started. */
export function importInDoubt(part: number): FailedError {
  return new FailedError(
    'IMPORT_IN_DOUBT',
    `Telegram no longer knows import ${part}, and none of its messages is in the chat: they may still come. Look into the chat and run the command again later, or with --import-again once you are sure that they do not come.`,
  );
}

export function importIncomplete(part: number, of: number): FailedError {
  return new FailedError(
    'IMPORT_INCOMPLETE',
    `Telegram has started import ${part}, and none of its ${of} messages has come so far: run the command again later, and it continues from there without importing anything twice.`,
  );
}

/** `shifts`: by how many seconds dates are later than they should be, the smallest first; at least one. */
export function importShifted(
  part: number,
  shifts: readonly number[],
  { offset }: { readonly offset?: number },
): FailedError {
  const [least = 0] = shifts;
  const most = shifts.at(-1) ?? least;
  const reason = 'since Telegram reads them by the clock of the time zone of your account';
  const again = 'delete its messages from the chat, and run the command again with';
  if (least === most && offset !== undefined) {
    const wanted = offset - least;
    return new FailedError(
      'IMPORT_DATES_SHIFTED',
      `The dates of import ${part} are off by ${hours(least)}, ${reason}: ${again} --import-offset=${hours(wanted)} --import-again; or with --import-zone and the zone's name in place of the offset, if its clocks are put forward in summer.`,
      { fields: { part, shift: least, offset: wanted } },
    );
  }
  const off = least === most ? hours(least) : `between ${hours(least)} and ${hours(most)}`;
  return new FailedError(
    'IMPORT_DATES_SHIFTED',
    `The dates of import ${part} are off by ${off}, ${reason}: ${again} --import-zone and the name of that zone, such as Europe/Berlin, and --import-again.`,
    { fields: { part, least, most } },
  );
}

/** An earlier run has found its dates shifted, and nobody has asked for another import, or its messages are still there. */
export function importWasShifted(part: number): FailedError {
  return new FailedError(
    'IMPORT_WAS_SHIFTED',
    `The messages of import ${part} came with shifted dates: delete them from the chat, and then run the command with --import-again and the offset or zone that was asked for.`,
    { fields: { part } },
  );
}

/** `+03:30` */
export function hours(seconds: number): string {
  const minutes = Math.round(Math.abs(seconds) / 60);
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `${seconds < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}
