import { Api } from 'telegram/tl/index.js';
import { CHANNEL_MARK } from '../../base/marked-id.js';
import type { MessageDocument } from '../../messages/document/document.js';
import type { OpenStore } from '../../store/open-store.js';
import { peerNames } from '../../store/read/peer-names.js';
import type { TelepiClient } from '../../telegram/client.js';
import { toLong } from '../../telegram/long.js';

interface Meeting {
  readonly client: Pick<TelepiClient, 'users'>;
  readonly db: OpenStore['db'];
  readonly accountId: number;
}

/** Lets the client know the names of authors, and of whoever was forwarded or answered, that only the archive still knows. */
export async function meetPeople(
  { client, db, accountId }: Meeting,
  documents: readonly MessageDocument[],
): Promise<void> {
  const unknown = new Set(documents.flatMap(peersOf).filter((id) => client.users.nameOf(id) === undefined));
  if (unknown.size === 0) return;
  const names = await peerNames(db, accountId, [...unknown]);
  const [users, chats] = [[] as Api.User[], [] as Api.Channel[]];
  for (const [id, { name, username }] of names) {
    const called = name ?? username;
    if (called === undefined) continue;
    if (id > 0) users.push(new Api.User({ id: toLong(id), min: true, firstName: called }));
    else if (id < -CHANNEL_MARK) chats.push(channel(-id - CHANNEL_MARK, called));
  }
  client.users.met({ users, chats });
}

/** Both are `min`: a name, and nothing by which a request could refer to them. */
function channel(id: number, title: string): Api.Channel {
  const photo = new Api.ChatPhotoEmpty();
  return new Api.Channel({ id: toLong(id), title, min: true, photo, date: 0 });
}

function peersOf(document: MessageDocument): readonly number[] {
  const peers: (number | undefined)[] = ['author' in document ? document.author : undefined];
  if (document.kind === 'message') {
    const { forward, reply } = document;
    peers.push(forward?.from);
    if (reply?.kind === 'message') peers.push(reply.from?.from, reply.chat);
    if (reply?.kind === 'story') peers.push(reply.peer);
  }
  return peers.filter((peer) => peer !== undefined);
}
