import { UsageError } from '../../base/errors.js';
import { selectionKeys } from '../../settings/selection-table.js';
import { specOf } from '../../settings/table.js';
import type { CommandContext } from '../command.js';

/** `telepi erase plan` and `telepi erase run PLAN`. */
export async function erase(context: CommandContext): Promise<number> {
  const { words } = context;
  const [action, ...rest] = words;
  if (action === 'plan') {
    if (rest.length > 0) throw usage('telepi erase plan takes no words: name the chat with --chat');
    refuseFlags(context, 'plan', RUN_ONLY);
    const { erasePlan } = await import('../erase/plan.js');
    return erasePlan(context);
  }
  if (action === 'run') {
    refuseFlags(context, 'run', PLAN_ONLY);
    const { eraseRun } = await import('../erase/run.js');
    return eraseRun(context, rest);
  }
  throw usage('Say telepi erase plan, or telepi erase run and the file of a plan');
}

const RUN_ONLY = ['confirm', 'only-proven'];
const PLAN_ONLY = [
  'source',
  'own',
  'others',
  'for-everyone',
  'unarchived',
  'output',
  ...selectionKeys.map((key) => specOf(key).flag),
];

/** A flag that would change nothing is refused: what is deleted is decided by the plan alone. */
function refuseFlags(
  { flags }: CommandContext,
  action: string,
  others: readonly (string | undefined)[],
): void {
  const idle = Object.keys(flags).find((name) => others.includes(name));
  if (idle === undefined) return;
  const other = action === 'plan' ? 'run' : 'plan';
  throw usage(`--${idle} belongs to telepi erase ${other}`);
}

function usage(fault: string): UsageError {
  return new UsageError('USAGE', `${fault}: see telepi erase --help.`);
}
