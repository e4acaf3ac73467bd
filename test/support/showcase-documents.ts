import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import { Api } from 'telegram/tl/index.js';
import type { MessageDocument } from '../../lib/messages/document/document.js';
import { documentOf } from '../../lib/messages/tl/document/document.js';
import { fillSandbox } from '../../lib/sandbox/fill.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import { inputPeer } from './input-peer.js';
import { libraryClient } from './library-client.js';

/** The documents of every message of the showcase, as its account gets them. */
export async function showcaseDocuments(): Promise<readonly MessageDocument[]> {
  const sandbox = await startSandbox({ seed: 'showcase' });
  const client = libraryClient(sandbox.server);
  try {
    const filled = fillSandbox(sandbox, { seed: 'showcase', content: 'showcase' });
    await client.connect();
    await client.start({
      phoneNumber: filled.phone,
      phoneCode: async () => filled.code,
      password: async () => filled.password,
      onError: async (error) => {
        throw error;
      },
    });
    const { source, channel, group } = filled.chats;
    const documents: MessageDocument[] = [];
    for (const chat of [source, channel, group, filled.upgraded, filled.user]) {
      if (!chat) continue;
      const peer = inputPeer(sandbox.world, filled.user.id, chat.id);
      const common = { offsetDate: 0, addOffset: 0, limit: 100, maxId: 0, minId: 0, hash: bigInt(0) };
      for (let offsetId = 0; ; ) {
        const page = await client.invoke(new Api.messages.GetHistory({ ...common, peer, offsetId }));
        if (!('messages' in page) || page.messages.length === 0) break;
        documents.push(...page.messages.map((message) => documentOf(message, { self: filled.user.id })));
        offsetId = page.messages.at(-1)?.id ?? 0;
      }
    }
    return documents;
  } finally {
    await client.disconnect();
    await sandbox.close();
  }
}
