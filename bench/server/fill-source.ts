import { makeLongChat } from '../../lib/sandbox/fill/long-chat.js';
import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import type { Account, Chat } from '../../lib/sandbox/world/model.js';
import { bareId } from '../../lib/sandbox/world/peer-id.js';
import type { PeerFacts, SourceFacts, SourceSpec } from './messages.js';

/** Creates a channel with the content of `spec`, its bytes a function of the sandbox's seed. */
export function fillSource(sandbox: Sandbox, me: Account, spec: SourceSpec): SourceFacts {
  const { world } = sandbox;
  if (spec.kind === 'long') return fillLong(sandbox, me, spec.count);
  const chat = world.createChannel({ title: `Source of ${spec.kind}`, creator: me.id, megagroup: true });
  const messageIds: number[] = [];
  let bytes = 0;
  const post = (
    n: number,
    file?: { readonly id: bigint; readonly size: number },
    kind = 'document',
  ): void => {
    bytes += file?.size ?? 0;
    const media = file && ({ kind: kind as 'document' | 'photo', fileId: file.id, spoiler: false } as const);
    const text = file ? `file ${n}` : `${n}: ${WORDS}`;
    messageIds.push(world.post({ chat: chat.id, from: me.id, text, ...(media && { media }) }).id);
  };
  switch (spec.kind) {
    case 'files':
      for (const [n, size] of spec.sizes.entries()) post(n, document(sandbox, n, size, spec.dcs));
      break;
    case 'photos':
      for (let n = 0; n < spec.count; n += 1) post(n, photo(sandbox, n, spec.bytes), 'photo');
      break;
    case 'texts':
      for (let n = 0; n < spec.count; n += 1) post(n);
  }
  return { peer: peerFacts(sandbox, me, chat), messageIds, messages: messageIds.length, bytes };
}

function fillLong(sandbox: Sandbox, me: Account, messages: number): SourceFacts {
  const { world, seed } = sandbox;
  const creator = world.createUser({ firstName: 'Carol' }).id;
  const chat = makeLongChat(sandbox, { title: `Source of ${messages}`, creator, messages, seed });
  world.addMember(chat, me.id);
  return { peer: peerFacts(sandbox, me, chat), messageIds: [], messages, bytes: 0 };
}

export function peerFacts({ world }: Sandbox, me: Account, chat: Chat): PeerFacts {
  return {
    chatId: chat.id,
    channelId: String(bareId(chat.id)),
    accessHash: String(BigInt.asIntN(64, world.accessHash(me.id, chat.id))),
  };
}

/** A message as people write it: about 100 characters. */
const WORDS =
  'The boats were out before sunrise, and nobody on the quay had thought of bringing coffee this time.';

function document({ files, dcs, server, seed }: Sandbox, n: number, size: number, where: 'home' | 'all') {
  const dcId = where === 'home' ? server.dcId : (dcs[n % dcs.length]?.id ?? server.dcId);
  return files.add({
    kind: 'document',
    dcId,
    seed: `${seed}/document/${n}/${size}`,
    size,
    mimeType: 'application/octet-stream',
    attributes: [{ type: 'filename', name: `file-${n}.bin` }],
  });
}

function photo({ files, server, seed }: Sandbox, n: number, size: number) {
  const facts = { kind: 'photo', dcId: server.dcId, width: 1280, height: 853 } as const;
  return files.add({ ...facts, size, seed: `${seed}/photo/${n}` });
}
