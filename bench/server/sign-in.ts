import { signIn } from '../../lib/telegram/sign-in.js';
import { connectedClient, memorySessionStore } from '../../test/support/client-of.js';
import type { ServerFacts } from './messages.js';

/** Signs in once; returns the session string that every client then uses. */
export async function sessionOf({ server, apiId, apiHash, phone, code }: ServerFacts): Promise<string> {
  const session = memorySessionStore();
  const client = await connectedClient({ server }, { apiId, apiHash, session });
  try {
    const answers = { phone: async () => phone, code: async () => code, password: async () => '' };
    const { signal } = new AbortController();
    await signIn(client, answers, { apiId, apiHash, method: 'code', signal });
    await client.saveSession();
  } finally {
    await client.close();
  }
  if (!session.text) throw new Error('The sandbox gave no session.');
  return session.text;
}
