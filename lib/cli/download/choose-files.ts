import type { PlannedFile } from '../../download/events.js';
import type { CommandContext } from '../command.js';
import { pickFiles } from '../pick/pick.js';

/** Lets a person tick files in a list. Undefined when nothing was chosen. */
export async function choosePlanned(
  { stdin, output, signal, sources }: CommandContext,
  files: readonly PlannedFile[],
): Promise<((file: PlannedFile) => boolean) | undefined> {
  if (files.length === 0) {
    output.line('No file that meets what was asked for was found.');
    return undefined;
  }
  const items = files.map(({ date, kind, size, name, chatTitle, already }) => ({
    date,
    kind,
    size,
    name,
    chat: chatTitle,
    there: already !== undefined,
  }));
  const picked = await pickFiles(items, {
    stdin,
    screen: output.streams.stderr,
    color: (sources.environment['NO_COLOR'] ?? '') === '',
    signal,
    interrupt: () => process.kill(process.pid, 'SIGINT'),
  });
  if (!picked) {
    output.line('Nothing was chosen, and nothing is downloaded.');
    return undefined;
  }
  const keys = new Set([...picked].flatMap((place) => (files[place] ? [keyOf(files[place])] : [])));
  return (file) => keys.has(keyOf(file));
}

function keyOf({ chatId, messageId, index }: PlannedFile): string {
  return `${chatId} ${messageId} ${index}`;
}
