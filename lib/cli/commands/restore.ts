import { describeSettings } from '../../settings/settings.js';
import type { RunEvents } from '../clone-into.js';
import type { CommandContext } from '../command.js';
import { notedWaits } from '../connection.js';
import { importInto, readAsImport } from '../restore/as-import.js';
import { readRestore } from '../restore/request.js';
import { restoreInto } from '../restore/restore-into.js';
import { type ArchiveEvents, withArchive } from '../restore/with-archive.js';

/** `telepi restore`: posts messages that the store has kept back into a chat, or has Telegram import them. */
export async function restore(context: CommandContext): Promise<number> {
  const request = await readRestore(context);
  const into = readAsImport(context).isImport ? importInto : restoreInto;
  context.log.info('settings_read', describeSettings(request.settings));
  const events: RunEvents = { planned: false, onWait: notedWaits(context) };
  const showing: ArchiveEvents = { looks: request.isDryRun, onWait: (wait) => events.onWait(wait) };
  return withArchive(context, request, showing, (opened) => into({ ...opened, events }));
}
