import { Api } from 'telegram';
import { toLong } from '../../lib/sandbox/tl.js';
import type { Account, Chat } from '../../lib/sandbox/world/model.js';
import { inputPeer } from './input-peer.js';
import { type SignedIn, signedInClient } from './signed-in-client.js';

/** An account that sends media through the plain library, and chats to send it to. */
export interface Sender extends SignedIn {
  readonly friend: Account;
  /** A supergroup. */
  readonly chat: Chat;
  readonly channel: Chat;
  peerOf(id: number): Api.TypeInputPeer;
  /** Sends to `chat` unless another is named. Returns the message as the server answers it. */
  send(media: Api.TypeInputMedia, to?: number, more?: object): Promise<Api.Message>;
  say(message: string, to?: number, more?: object): Promise<Api.Message>;
  /** Does some work with Premium. */
  premium<T>(work: () => Promise<T>): Promise<T>;
  /** Files that the server has. */
  photo(seed: string): Api.InputPhoto;
  video(round?: boolean): Api.InputDocument;
}

export async function openSender(seed: string): Promise<Sender> {
  const own = await signedInClient({ seed });
  const { sandbox, client, me } = own;
  const { world } = sandbox;
  const friend = world.createUser({ firstName: 'Friend', phone: '99966 777' });
  const chat = world.createChannel({ title: 'Mine', creator: me.id, megagroup: true });
  const channel = world.createChannel({ title: 'News', creator: me.id });
  const peerOf = (id: number) => inputPeer(world, me.id, id);
  let lastId = 1n;
  const to = (id: number, more: object) => ({ peer: peerOf(id), randomId: toLong(lastId++), ...more });
  return {
    ...own,
    friend,
    chat,
    channel,
    peerOf,
    send: async (media, id = chat.id, more = {}) =>
      brought(await client.invoke(new Api.messages.SendMedia({ media, message: '', ...to(id, more) }))),
    say: async (message, id = chat.id, more = {}) =>
      brought(await client.invoke(new Api.messages.SendMessage({ message, ...to(id, more) }))),
    premium: async (work) => {
      me.premium = true;
      try {
        return await work();
      } finally {
        me.premium = false;
      }
    },
    ...knownFiles(own),
  };
}

function brought(answer: unknown): Api.Message {
  const update = (answer as Api.Updates).updates.find(
    (each) => each instanceof Api.UpdateNewChannelMessage || each instanceof Api.UpdateNewMessage,
  );
  return update?.message as Api.Message;
}

function knownFiles({ sandbox: { files } }: SignedIn): Pick<Sender, 'photo' | 'video'> {
  const named = (file: ReturnType<typeof files.add>) => ({
    id: toLong(file.id),
    accessHash: toLong(file.accessHash),
    fileReference: files.referenceFor(file, 'test'),
  });
  return {
    photo: (seed) =>
      new Api.InputPhoto(named(files.add({ kind: 'photo', dcId: 1, width: 640, height: 480, seed }))),
    video: (roundMessage = false) => {
      const attribute = { type: 'video', duration: 3, width: 320, height: 240, roundMessage } as const;
      const facts = { size: 1000, mimeType: 'video/mp4', attributes: [attribute] };
      return new Api.InputDocument(named(files.add({ kind: 'document', dcId: 1, ...facts })));
    },
  };
}
