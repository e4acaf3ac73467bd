import { systemClock } from '../../lib/base/clock.js';
import { silentLog } from '../../lib/base/log.js';
import { systemRandom } from '../../lib/base/random.js';
import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import type { Account } from '../../lib/sandbox/world/model.js';
import { SANDBOX_APP } from '../../lib/sandbox/world/world.js';
import type { TelepiClient } from '../../lib/telegram/client.js';
import { type ConnectOptions, connectTelegram } from '../../lib/telegram/connect.js';
import type { SessionStore } from '../../lib/telegram/session-store.js';
import { signIn } from '../../lib/telegram/sign-in.js';

/** A session store that keeps the session in memory, for as long as the test runs. */
export function memorySessionStore(text?: string): SessionStore & { text: string | undefined } {
  return {
    name: 'memory',
    text,
    async load() {
      return this.text;
    },
    async save(session) {
      this.text = session;
    },
    async remove() {
      this.text = undefined;
    },
  };
}

/** TelePi's client, connected to `sandbox` and not signed in. */
export function connectedClient(
  { server }: Pick<Sandbox, 'server'>,
  options: Partial<ConnectOptions> = {},
): Promise<TelepiClient> {
  return connectTelegram({
    ...SANDBOX_APP,
    session: memorySessionStore(),
    server,
    testDc: false,
    log: silentLog,
    clock: systemClock,
    random: systemRandom,
    signal: new AbortController().signal,
    ...options,
  });
}

/** TelePi's client, signed in to `sandbox` as `account`. */
export async function clientOf(
  sandbox: Pick<Sandbox, 'server'>,
  account: Pick<Account, 'phone' | 'code'>,
  options: Partial<ConnectOptions> = {},
): Promise<TelepiClient> {
  const client = await connectedClient(sandbox, options);
  const prompts = {
    phone: async () => account.phone ?? '',
    code: async () => account.code,
    password: async () => '',
  };
  await signIn(client, prompts, { ...SANDBOX_APP, method: 'code', signal: new AbortController().signal });
  return client;
}
