import { systemClock } from '../../lib/base/clock.js';
import { silentLog } from '../../lib/base/log.js';
import { systemRandom } from '../../lib/base/random.js';
import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import type { Account } from '../../lib/sandbox/world/model.js';
import type { TelepiClient } from '../../lib/telegram/client.js';
import { type ConnectOptions, connectTelegram } from '../../lib/telegram/connect.js';
import type { SessionStore } from '../../lib/telegram/session-store.js';
import { signIn } from '../../lib/telegram/sign-in.js';

export const TEST_APP = { apiId: 4321, apiHash: '0123456789abcdef0123456789abcdef' } as const;

/** A session store that remembers, for as long as the test runs. */
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
    ...TEST_APP,
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
  account: Account,
  options: Partial<ConnectOptions> = {},
): Promise<TelepiClient> {
  const client = await connectedClient(sandbox, options);
  const prompts = {
    phone: async () => account.phone ?? '',
    code: async () => account.code,
    password: async () => '',
  };
  await signIn(client, prompts, { ...TEST_APP, method: 'code', signal: new AbortController().signal });
  return client;
}
