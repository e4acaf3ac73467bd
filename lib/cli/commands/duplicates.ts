import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { formatBytes } from '../../base/bytes.js';
import { ExitStatus } from '../../base/errors.js';
import { isShared } from '../../download/bucket-path.js';
import { type EqualFiles, folderDuplicates, knownDuplicates } from '../../download/duplicates.js';
import { LEDGER_FILE } from '../../ledger/ledger-file.js';
import { prepareDataDir } from '../../telegram/data-dir.js';
import type { CommandContext } from '../command.js';
import { settingsOf } from '../command-settings.js';
import { openArchive } from '../open-archive.js';
import { ownFolder } from '../own-folder.js';
import { count } from '../progress/words.js';

/** `telepi duplicates`: lists files of the same content, and deletes nothing. Needs no connection to Telegram. */
export async function duplicates(context: CommandContext): Promise<number> {
  const { output, word, signal } = context;
  const settings = settingsOf(context, []);
  const folder = word === undefined ? undefined : await ownFolder(context, word);
  if (folder === undefined && !settings.database && !existsSync(join(settings.dataDir, LEDGER_FILE))) {
    sayTotal(context, NOTHING, folder);
    return ExitStatus.done;
  }
  await prepareDataDir(settings.dataDir);
  const store = await openArchive(context, settings);
  try {
    const onUnreadable = (path: string): void => output.note(`${path} can't be read, and was left out.`);
    const options = { ...store, host: hostname(), signal, onUnreadable };
    const groups =
      folder === undefined
        ? knownDuplicates(options)
        : folderDuplicates(options, folder, (toHash) =>
            output.note(
              `Reading ${count(toHash.files, 'file')}, ${formatBytes(toHash.bytes)}, to compare them.`,
            ),
          );
    const total: Record<keyof Total, number> = { ...NOTHING };
    for await (const group of groups) {
      total.groups += 1;
      total.files += group.files.length;
      total.saved += group.saved;
      total.savedHere += group.savedHere;
      for (const line of groupLines(group)) output.line(line);
      output.record({ event: 'equal', ...group });
    }
    sayTotal(context, total, folder);
    return ExitStatus.done;
  } finally {
    await store.close();
  }
}

const NOTHING = { groups: 0, files: 0, saved: 0, savedHere: 0 } as const;

type Total = Readonly<Record<keyof typeof NOTHING, number>>;

function sayTotal({ output }: CommandContext, total: Total, folder: string | undefined): void {
  output.line(totalWords(total, folder));
  output.record({ event: 'end', ...total });
}

function groupLines({ sha256, size, files, saved }: EqualFiles): readonly string[] {
  return [
    `${files.length} equal files of ${formatBytes(size)} each: ${formatBytes(saved)} could be saved (SHA-256 ${sha256})`,
    ...files.map(({ host, path, isLink }) => {
      const where = isShared(path) ? path : `${host}: ${path}`;
      return `  ${where}${isLink ? ' (another name of the same file)' : ''}`;
    }),
  ];
}

function totalWords({ groups, files, saved, savedHere }: Total, folder: string | undefined): string {
  if (groups === 0) return `TelePi knows of no equal files${folder === undefined ? '' : ` in ${folder}`}.`;
  return (
    `${count(files, 'file')} in ${count(groups, 'group')}: ${formatBytes(saved)} could be saved by keeping one of each, ` +
    `${formatBytes(savedHere)} of it on this machine. Nothing was deleted.`
  );
}
