import { systemClock } from '../../lib/base/clock.js';
import { silentLog } from '../../lib/base/log.js';
import { systemRandom } from '../../lib/base/random.js';
import { connectTelegram } from '../../lib/telegram/connect.js';
import type { SessionStore } from '../../lib/telegram/session-store.js';
import { signIn } from '../../lib/telegram/sign-in.js';
import type { ServerFacts } from './messages.js';

/** Signs in once; the session string that every client goes on with. */
export async function sessionOf({ server, apiId, apiHash, phone, code }: ServerFacts): Promise<string> {
  let held: string | undefined;
  const session: SessionStore = {
    name: 'the bench',
    load: async () => held,
    save: async (text) => {
      held = text;
    },
    remove: async () => {
      held = undefined;
    },
  };
  const signal = new AbortController().signal;
  const [clock, random, log] = [systemClock, systemRandom, silentLog];
  const client = await connectTelegram({
    apiId,
    apiHash,
    session,
    server,
    testDc: false,
    log,
    clock,
    random,
    signal,
  });
  try {
    const answers = { phone: async () => phone, code: async () => code, password: async () => '' };
    await signIn(client, answers, { apiId, apiHash, method: 'code', signal });
    await client.saveSession();
  } finally {
    await client.close();
  }
  if (!held) throw new Error('The sandbox gave no session.');
  return held;
}
