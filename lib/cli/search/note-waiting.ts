import { waitingRows } from '../../store/journal/journal-folder.js';
import type { CommandContext } from '../command.js';
import { count } from '../progress/words.js';

/** Rows that wait for a database server are not in it yet. `done`: what is not done with them, as `searched`. */
export async function noteWaiting(
  { output }: Pick<CommandContext, 'output'>,
  dataDir: string,
  done: string,
): Promise<void> {
  for (const { rows, path, of } of await waitingRows(dataDir)) {
    output.note(
      `${count(rows, 'row')} in ${path} ${rows === 1 ? 'waits' : 'wait'} for ${of.name}, and ${rows === 1 ? "isn't" : "aren't"} ${done}.`,
    );
  }
}
