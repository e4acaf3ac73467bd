import { createHash } from 'node:crypto';
import { seededRandom } from '../../base/random.js';
import type { FileStore } from '../files/file-store.js';
import type { StoredFile } from '../files/stored-file.js';
import type { StyledText } from '../world/entity.js';
import type { Media, Message } from '../world/message.js';
import type { Chat } from '../world/model.js';
import type { Past } from '../world/past.js';
import type { PeerId } from '../world/peer-id.js';
import type { World } from '../world/world.js';
import { SampleFiles, type SampleKind } from './sample-files.js';
import { nthText, sentence } from './styled-text.js';

export interface LongChatOptions {
  readonly title: string;
  /** The account whose supergroup it is. */
  readonly creator: number;
  readonly messages: number;
  /** The content is a function of it, and of each message's place. */
  readonly seed: string;
}

const AUTHORS = 60;
const TEXTS = 400;
/** Files of each kind, of which all others are copies under ids of their own. */
const SAMPLES = 8;
const SECONDS_BETWEEN = 95;
/** Of so many ids in a row the last one is of a message that was deleted. */
const IDS_TO_A_GAP = 50;
/** Ids of 63 bits, as Telegram's are, that begin with a number of their own. */
const FIRST_FILE = 0x5a00_0000_0000_0000n;

/** How many of a hundred messages are of each kind: as in a busy group. */
const SHARES = [
  ['text', 66],
  ['photo', 14],
  ['sticker', 5],
  ['video', 4],
  ['voice', 3],
  ['file', 3],
  ['gif', 2],
  ['audio', 1],
  ['geo', 1],
  ['joined', 1],
] as const;
type Kind = (typeof SHARES)[number][0];
const KINDS: readonly Kind[] = SHARES.flatMap(([kind, share]) => Array<Kind>(share).fill(kind));
const FILE_KINDS: readonly SampleKind[] = ['photo', 'sticker', 'video', 'voice', 'file', 'gif', 'audio'];

/**
 * A supergroup with as many messages as wanted, of which nobody holds any: each is made of its place and a seed when it is
 * asked for, and so are its files. Its messages are of some dozens of members, who can't sign in.
 */
export function makeLongChat(
  {
    world,
    files,
    dcs,
  }: {
    readonly world: World;
    readonly files: FileStore;
    readonly dcs: readonly { readonly id: number }[];
  },
  options: LongChatOptions,
): Chat {
  const { seed, messages, title, creator } = options;
  const random = seededRandom(`${seed}/long chat`);
  const samples = new SampleFiles(
    files,
    random,
    dcs.map(({ id }) => id),
    `${seed}/long chat`,
  );
  const authors = Array.from({ length: AUTHORS }, (_, n) =>
    world.createUser({ firstName: `Member ${n + 1}`, username: `long_chat_${n + 1}` }),
  );
  const texts = Array.from({ length: TEXTS }, (_, n) =>
    n % 5 === 0
      ? nthText(n, random, creator)
      : { text: sentence(random, 1 + (n % 7) * (n % 5)), entities: [] },
  );
  const firstUid = world.state.nextUid;
  world.state.nextUid += messages;
  const now = world.nowSeconds();
  const since = now - messages * SECONDS_BETWEEN;
  const past = new LongPast({
    seed: createHash('sha256').update(seed).digest().readUInt32LE(),
    count: messages,
    title,
    creator,
    since,
    firstUid,
    authors: authors.map(({ id }) => id),
    texts,
    samples: new Map(
      FILE_KINDS.map((kind) => [
        kind,
        Array.from({ length: SAMPLES }, () => sampleOf(files, samples.make(kind))),
      ]),
    ),
  });
  files.addMade((id) => past.file(id));
  const chat = world.createChannel({
    title,
    creator,
    megagroup: true,
    date: since,
    past: (peer) => past.of(peer),
  });
  for (const { id } of authors) world.addMember(chat, id, { date: since });
  return chat;
}

function sampleOf(files: FileStore, media: Media): StoredFile {
  const file = 'fileId' in media ? files.get(media.fileId) : undefined;
  if (!file) throw new Error('A sample has no file.');
  return file;
}

interface Content {
  readonly seed: number;
  readonly count: number;
  readonly title: string;
  readonly creator: number;
  /** Unix time in seconds of the first message. */
  readonly since: number;
  readonly firstUid: number;
  readonly authors: readonly number[];
  readonly texts: readonly StyledText[];
  readonly samples: ReadonlyMap<string, readonly StoredFile[]>;
}

class LongPast {
  readonly #content: Content;

  constructor(content: Content) {
    this.#content = content;
  }

  of(peer: PeerId): Past {
    return { count: this.#content.count, message: (place) => this.#message(peer, place) };
  }

  /** The file of the message at the place that its id holds. */
  file(id: bigint): StoredFile | undefined {
    const place = Number(id - FIRST_FILE);
    if (!(place >= 0 && place < this.#content.count)) return undefined;
    const samples = this.#content.samples.get(this.#kind(place)) ?? [];
    const sample = samples[this.#draw(place, 'sample') % samples.length];
    if (!sample) return undefined;
    return { ...sample, id, accessHash: sample.accessHash ^ BigInt(place), date: this.#date(place) };
  }

  #message(peer: PeerId, place: number): Message {
    const { authors, creator, firstUid } = this.#content;
    const kind = place === 0 ? 'created' : this.#kind(place);
    const from = place === 0 ? creator : (authors[this.#draw(place, 'author') % authors.length] ?? creator);
    return {
      id: idAt(place),
      uid: firstUid + place,
      peer,
      from,
      sender: from,
      date: this.#date(place),
      topicId: undefined,
      groupedId: undefined,
      silent: false,
      noforwards: false,
      invertMedia: false,
      ...this.#words(kind, place),
      media: this.#media(kind, place),
      action: this.#action(kind, from),
      reply: this.#reply(kind, place),
    };
  }

  #date(place: number): number {
    return this.#content.since + place * SECONDS_BETWEEN;
  }

  #kind(place: number): Kind {
    return KINDS[this.#draw(place, 'kind') % KINDS.length] ?? 'text';
  }

  #words(kind: Kind | 'created', place: number): StyledText {
    const { texts } = this.#content;
    const captioned = (kind === 'photo' || kind === 'video') && this.#draw(place, 'caption') % 3 === 0;
    const text = kind === 'text' || captioned ? texts[this.#draw(place, 'text') % texts.length] : undefined;
    if (!text) return { text: '', entities: [] };
    return kind === 'text' ? { ...text, text: `${text.text} ${place}` } : text;
  }

  #media(kind: Kind | 'created', place: number): Media | undefined {
    if (kind === 'geo')
      return { kind, latitude: 40 + (place % 1000) / 100, longitude: 7 + (place % 700) / 100 };
    const [sample] = this.#content.samples.get(kind) ?? [];
    return sample && { kind: sample.kind, fileId: FIRST_FILE + BigInt(place), spoiler: false };
  }

  #action(kind: Kind | 'created', from: number): Message['action'] {
    if (kind === 'created') return { kind: 'channelCreate', title: this.#content.title };
    return kind === 'joined' ? { kind: 'chatAddUser', users: [from] } : undefined;
  }

  /** A quarter of the texts answer a message of the last few dozens. */
  #reply(kind: Kind | 'created', place: number): Message['reply'] {
    const back = this.#draw(place, 'reply') % 160;
    if (kind !== 'text' || back < 1 || back > 40 || back >= place) return undefined;
    return { toId: idAt(place - back), topId: undefined, forumTopic: false, quote: undefined };
  }

  /** 32 bits that look random, of a place and what they are for. */
  #draw(place: number, what: string): number {
    let bits = this.#content.seed ^ Math.imul(place + 1, 0x9e37_79b1) ^ Math.imul(what.length, 0x85eb_ca6b);
    bits = Math.imul(bits ^ (bits >>> 16) ^ what.charCodeAt(0), 0x7feb_352d);
    bits = Math.imul(bits ^ (bits >>> 15), 0x846c_a68b);
    return (bits ^ (bits >>> 16)) >>> 0;
  }
}

function idAt(place: number): number {
  return place + 1 + Math.floor(place / (IDS_TO_A_GAP - 1));
}
