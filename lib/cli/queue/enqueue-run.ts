import { UsageError } from '../../base/errors.js';
import type { Settings } from '../../settings/settings.js';
import { currentUser } from '../../telegram/sign-in.js';
import type { CommandContext } from '../command.js';
import { connect, openSignedIn } from '../connection.js';
import { madeTargetWords, makesTarget } from '../made-sides.js';
import { readSide, resolveSide } from '../pair.js';
import { enqueueWork, readQueueRequest } from './enqueue.js';
import { orderWords } from './order-of.js';
import { refuseOwnChats } from './own-chats.js';

/** `telepi run --enqueue`: after everything was checked that can be checked without Telegram, and then the chats. */
export async function enqueueRun(context: CommandContext, settings: Settings): Promise<number> {
  const { signal } = context;
  const request = readQueueRequest(context, settings);
  const words = orderWords('run', context);
  const making = makesTarget(context);
  const isAnyones = context.flags['any-account'] === true;
  if (making && isAnyones) {
    throw new UsageError(
      'CONTRADICTION',
      '--create-target makes the target as one account, and with --any-account another one may do the run: leave one of them out.',
    );
  }
  if (isAnyones) refuseOwnChats((['source', 'target'] as const).map((name) => readSide(settings, name).chat));
  const client = await connect(context, settings, await openSignedIn(context, settings));
  try {
    const account = Number((await currentUser(client, signal)).id);
    // Another account may see what this one doesn't.
    if (isAnyones) {
      const pair = await Promise.all(
        (['source', 'target'] as const).map((name) => resolveSide(client, settings, name, { signal })),
      ).catch((error: unknown) => {
        if (!(error instanceof UsageError)) throw error;
        return undefined;
      });
      const [source, target] = pair ?? [];
      const ids = source && target && { sourceId: source.chat.id, targetId: target.chat.id };
      const title = `${settings.sourceChat} → ${settings.targetChat}`;
      return await enqueueWork(context, settings, request, {
        ...words,
        command: 'run',
        account,
        title,
        pair: ids,
      });
    }
    const source = await resolveSide(client, settings, 'source', { signal });
    const target = making
      ? await madeTargetWords(context, settings, client, source)
      : (await resolveSide(client, settings, 'target', { signal })).chat.title;
    const title = `${source.chat.title} → ${target}`;
    return await enqueueWork(context, settings, request, { ...words, command: 'run', account, title });
  } finally {
    await client.close();
  }
}
