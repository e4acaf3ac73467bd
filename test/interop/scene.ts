import { MIB } from '../../lib/base/bytes.js';
import type { ServerAddress } from '../../lib/base/server-address.js';
import type { StoredFile } from '../../lib/sandbox/files/stored-file.js';
import { type Sandbox, startSandbox } from '../../lib/sandbox/sandbox.js';
import { SANDBOX_APP } from '../../lib/sandbox/world/world.js';

export const TEXTS = 120;

/** What another implementation needs to know to sign in, and what it must find. */
export interface Scene {
  readonly sandbox: Sandbox;
  /** Goes to the client as JSON. */
  readonly facts: ServerAddress & {
    readonly apiId: number;
    readonly apiHash: string;
    readonly phone: string;
    readonly code: string;
    readonly password: string;
    readonly forumTitle: string;
    readonly topicTitle: string;
    readonly topicId: number;
    readonly channelUsername: string;
    readonly texts: number;
    readonly documentName: string;
  };
  readonly document: StoredFile;
  readonly forumId: number;
  readonly userId: number;
}

/** An account with a password, a forum with a topic, and a document that lies on the other DC. */
export async function startScene(): Promise<Scene> {
  const sandbox = await startSandbox({ seed: 'interop' });
  const { world, files, server } = sandbox;
  const [phone, code, password] = ['9996612345', '54321', 'Paßwort'];
  const me = world.createUser({ phone, code, password, firstName: 'Ada', username: 'ada' });
  const forum = world.createChannel({ title: 'Forum', creator: me.id, forum: true });
  const topic = world.createTopic(forum, { title: 'News' });
  const channel = world.createChannel({ title: 'Channel', creator: me.id, username: 'the_channel' });
  world.createGroup({ title: 'Group', creator: me.id });
  for (let i = 0; i < TEXTS; i++) {
    const entities = [{ kind: 'bold', offset: 0, length: 4 }] as const;
    world.post({ chat: forum.id, from: me.id, text: `text ${i} 👋`, entities, topicId: topic.id });
  }
  const name = 'film.mp4';
  const document = files.add({
    kind: 'document',
    dcId: sandbox.dcs.find(({ id }) => id !== server.dcId)?.id ?? 0,
    size: 5 * MIB + 1234,
    mimeType: 'video/mp4',
    attributes: [
      { type: 'video', duration: 12, width: 640, height: 360, supportsStreaming: true },
      { type: 'filename', name },
    ],
    thumb: { width: 320, height: 180 },
  });
  const photo = files.add({ kind: 'photo', dcId: server.dcId, width: 800, height: 600 });
  world.post({
    chat: forum.id,
    from: me.id,
    text: 'film',
    topicId: topic.id,
    media: { kind: 'document', fileId: document.id, spoiler: false },
  });
  world.post({
    chat: channel.id,
    from: me.id,
    text: 'photo',
    media: { kind: 'photo', fileId: photo.id, spoiler: true },
  });
  return {
    sandbox,
    document,
    forumId: forum.id,
    userId: me.id,
    facts: {
      ...server,
      ...SANDBOX_APP,
      phone,
      code,
      password,
      forumTitle: forum.title,
      topicTitle: topic.title,
      topicId: topic.id,
      channelUsername: 'the_channel',
      texts: TEXTS,
      documentName: name,
    },
  };
}
