import assert from 'node:assert/strict';
import type { TelegramClient } from 'telegram';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../lib/sandbox/sandbox.js';
import type { Account } from '../../lib/sandbox/world/model.js';
import { libraryClient } from './library-client.js';

/** A sandbox, and the plain library signed in to it as the user `me`. */
export interface SignedIn {
  readonly sandbox: Sandbox;
  readonly client: TelegramClient;
  readonly me: Account;
  close(): Promise<void>;
}

export async function signedInClient(
  options: SandboxOptions & { readonly premium?: boolean } = {},
): Promise<SignedIn> {
  const { premium = false, ...rest } = options;
  const sandbox = await startSandbox(rest);
  const phone = '+999 66 00001';
  const me = sandbox.world.createUser({ phone, code: '12345', firstName: 'Ann', premium });
  const client = libraryClient(sandbox.server);
  const close = async (): Promise<void> => {
    await client.disconnect();
    await sandbox.close();
  };
  try {
    await client.connect();
    await client.start({
      phoneNumber: phone,
      phoneCode: async () => '12345',
      onError: async (error) => {
        throw error;
      },
    });
  } catch (error) {
    await close();
    throw error;
  }
  return { sandbox, client, me, close };
}

/** Awaits a refusal with exactly these words. */
export async function refused(answer: Promise<unknown>, errorMessage: string): Promise<void> {
  await assert.rejects(answer, (error: unknown) => {
    assert.equal((error as { errorMessage?: string }).errorMessage, errorMessage, String(error));
    return true;
  });
}
