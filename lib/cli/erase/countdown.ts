import type { CommandContext } from '../command.js';

const SECONDS = 60;
/** Every ten seconds, and each of the last five. */
const isSaid = (left: number): boolean => left % 10 === 0 || left <= 5;

/** Lets a minute pass in which Ctrl-C cancels. @throws the signal's reason */
export async function countDown({ output, clock, signal }: CommandContext, messages: string): Promise<void> {
  output.note(`${messages} will be deleted in ${SECONDS} seconds. Ctrl-C cancels, and nothing is deleted.`);
  for (let left = SECONDS; left > 0; left -= 1) {
    if (left < SECONDS && isSaid(left)) output.note(`  ${left} …`);
    if (isSaid(left)) output.record({ event: 'countdown', seconds: left });
    await clock.sleep(1000, signal);
  }
  signal.throwIfAborted();
}
