import { MIB } from '../../lib/base/bytes.js';
import type { ServerAddress } from '../../lib/base/server-address.js';
import type { StoredFile } from '../../lib/sandbox/files/stored-file.js';
import { type Sandbox, startSandbox } from '../../lib/sandbox/sandbox.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import { SANDBOX_APP } from '../../lib/sandbox/world/world.js';

const TEXTS = 120;
/** Unix time of the first message; the others follow at ten seconds each. */
const FIRST_DATE = 1_700_000_000;
const SECONDS_BETWEEN = 10;

/** The facts that a client needs for its steps. They go to the client as JSON. */
export type Facts = ServerAddress & {
  readonly apiId: number;
  readonly apiHash: string;
  readonly phone: string;
  readonly code: string;
  readonly password: string;
  readonly forumTitle: string;
  /** Titles distinguish dialogs. */
  readonly channelTitle: string;
  readonly channelUsername: string;
  readonly topicTitle: string;
  readonly topicId: number;
  readonly documentName: string;
  /** The message that is answered. */
  readonly replyTo: number;
  /** The pages of the forum's history to request, as messages.getHistory takes them. */
  readonly pages: Readonly<Record<string, HistoryPage>>;
  readonly smallBytes: number;
  readonly largeBytes: number;
};

export interface HistoryPage {
  readonly offsetId: number;
  readonly offsetDate: number;
  readonly addOffset: number;
  readonly limit: number;
  readonly minId: number;
  readonly maxId: number;
}

export interface Scene {
  readonly sandbox: Sandbox;
  readonly facts: Facts;
  readonly forumId: number;
  /** On the other DC. */
  readonly document: StoredFile;
  /** On the home DC. */
  readonly photo: StoredFile;
  /** The forum's messages, newest first, before the client has sent any. */
  readonly history: readonly Message[];
}

/** An account with a password, a forum with a topic, and a document that lies on the other DC. */
export async function startScene(): Promise<Scene> {
  const sandbox = await startSandbox({ seed: 'interop' });
  const { world, files, server } = sandbox;
  const [phone, code, password] = ['9996612345', '54321', 'Paßwort'];
  const me = world.createUser({ phone, code, password, firstName: 'Ada', username: 'ada' });
  const friend = world.createUser({ firstName: 'Friend' });
  const forum = world.createChannel({ title: 'Forum', creator: me.id, forum: true, date: FIRST_DATE - 20 });
  const topic = world.createTopic(forum, { title: 'News', from: friend.id, date: FIRST_DATE - 10 });
  const [channelTitle, channelUsername] = ['Channel', 'the_channel'];
  const channel = world.createChannel({ title: channelTitle, creator: me.id, username: channelUsername });
  world.createGroup({ title: 'Group', creator: me.id, members: [friend.id] });
  let date = FIRST_DATE;
  const inTopic = { chat: forum.id, from: me.id, topicId: topic.id } as const;
  const texts = Array.from({ length: TEXTS }, (_, i) => {
    date += SECONDS_BETWEEN;
    const entities = [{ kind: 'bold', offset: 0, length: 4 }] as const;
    return world.post({ ...inTopic, text: `text ${i} 👋`, entities, date });
  });
  const name = 'film.mp4';
  const otherDc = sandbox.dcs.find(({ id }) => id !== server.dcId)?.id ?? 0;
  const document = files.add({
    kind: 'document',
    dcId: otherDc,
    size: 5 * MIB + 1234,
    mimeType: 'video/mp4',
    attributes: [
      { type: 'video', duration: 12, width: 640, height: 360, supportsStreaming: true },
      { type: 'filename', name },
    ],
    thumb: { width: 320, height: 180 },
  });
  const photo = files.add({ kind: 'photo', dcId: server.dcId, width: 800, height: 600 });
  const film = { kind: 'document', fileId: document.id, spoiler: false } as const;
  world.post({ ...inTopic, text: 'film', media: film, date: date + SECONDS_BETWEEN });
  const media = { kind: 'photo', fileId: photo.id, spoiler: true } as const;
  world.post({ chat: channel.id, from: me.id, text: 'photo', media });
  const middle = texts[60] ?? texts[0];
  if (!middle) throw new Error('The scene has no texts.');
  const whole = { offsetId: 0, offsetDate: 0, addOffset: 0, limit: 10, minId: 0, maxId: 0 };
  return {
    sandbox,
    document,
    photo,
    forumId: forum.id,
    history: [...(forum.box?.messages ?? [])].reverse(),
    facts: {
      ...server,
      ...SANDBOX_APP,
      phone,
      code,
      password,
      forumTitle: forum.title,
      channelTitle,
      channelUsername,
      topicTitle: topic.title,
      topicId: topic.id,
      documentName: name,
      replyTo: middle.id,
      pages: {
        'history: limit': whole,
        'history: offset_id': { ...whole, offsetId: middle.id },
        'history: add_offset': { ...whole, offsetId: middle.id, addOffset: -4, limit: 7 },
        'history: offset_date': { ...whole, offsetDate: middle.date, limit: 5 },
        'history: min_id, max_id': { ...whole, minId: middle.id - 4, maxId: middle.id + 3, limit: 20 },
      },
      smallBytes: 300_000,
      largeBytes: 12 * MIB + 7,
    },
  };
}
