import { UsageError } from '../../base/errors.js';
import type { Settings } from '../../settings/settings.js';
import { currentUser } from '../../telegram/sign-in.js';
import type { CommandContext } from '../command.js';
import { connect, openSignedIn } from '../connection.js';

/** The account of --account; undefined without it. @throws UsageError */
export function accountGiven({ flags }: CommandContext): number | undefined {
  const given = flags['account'];
  if (given === undefined) return undefined;
  const id = Number(given);
  if (/^\d+$/.test(String(given)) && Number.isSafeInteger(id) && id > 0) return id;
  throw new UsageError('USAGE', '--account takes the id of a user, such as 123456789.');
}

/** The account of --account, or the one that is signed in. */
export async function accountOf(context: CommandContext, settings: Settings): Promise<number> {
  const given = accountGiven(context);
  if (given !== undefined) return given;
  const client = await connect(context, settings, await openSignedIn(context, settings));
  try {
    return Number((await currentUser(client, context.signal)).id);
  } finally {
    await client.close();
  }
}
