import { userName } from '../../base/user-name.js';
import type { ActionState } from '../../store/tables/schema.js';
import type { Restoring } from './restoring.js';

/** Does the work with entries in the log of actions when it begins and how it ends. */
export async function logged(
  {
    context,
    request,
    store,
    accountId,
    sides,
  }: Pick<Restoring, 'context' | 'request' | 'store' | 'accountId' | 'sides'>,
  work: () => Promise<number>,
): Promise<number> {
  const { flags, word, redactor, random, signal } = context;
  const { chat, target } = sides;
  const asked = {
    command: 'restore',
    plan: word,
    hash: request.plan?.hash,
    chat: chat.id,
    target: target.id,
    flags,
  };
  const log = async (state: ActionState, counts: Readonly<Record<string, number>> = {}): Promise<void> => {
    await store.writer.logAction({
      entryId: random.bytes(16).toString('hex'),
      ...{ accountId, action: 'restore', state, userName: userName(), counts },
      arguments: redactor.value(asked) as Readonly<Record<string, unknown>>,
    });
  };
  await log('started');
  try {
    const status = await work();
    await log('completed', { status });
    return status;
  } catch (error) {
    await log(signal.aborted ? 'cancelled' : 'failed');
    throw error;
  }
}
