import { ExitStatus } from '../../base/errors.js';
import { signOut } from '../../telegram/sign-in.js';
import type { CommandContext } from '../command.js';
import { settingsOf } from '../command-settings.js';
import { connect, openSession } from '../connection.js';

/** `telepi logout`: removes the session from the server and from the data directory. */
export async function logout(context: CommandContext): Promise<number> {
  const settings = settingsOf(context, ['apiId', 'apiHash']);
  const store = await openSession(context, settings);
  if ((await store.load()) === undefined) {
    context.output.line('Nobody is signed in here.');
    context.output.record({ event: 'signed-out', before: false });
    return ExitStatus.done;
  }
  const client = await connect(context, settings, store, { looks: true });
  try {
    await signOut(client, context.signal);
  } finally {
    await client.close();
  }
  await store.remove();
  const rest = settings.session === undefined ? '' : ' TG_SESSION is no longer valid: remove it.';
  context.output.line(`Signed out.${rest}`);
  context.output.record({ event: 'signed-out', before: true });
  return ExitStatus.done;
}
