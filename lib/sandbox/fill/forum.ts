import type { Random } from '../../base/random.js';
import type { StyledText } from '../world/entity.js';
import type { Media } from '../world/message.js';
import type { Chat } from '../world/model.js';
import type { PostOptions } from '../world/sending.js';
import { GENERAL_TOPIC, TOPIC_COLORS } from '../world/topics.js';
import type { World } from '../world/world.js';
import { EDGE_SIZES, type SampleFiles, type SampleKind } from './sample-files.js';
import { nthText, sentence } from './styled-text.js';

export interface ForumFill {
  readonly world: World;
  readonly chat: Chat;
  readonly files: SampleFiles;
  readonly random: Random;
  /** The accounts that write. */
  readonly authors: readonly [number, ...number[]];
  /** How many messages the forum has at least, service messages included. */
  readonly messages: number;
  /** Sizes in bytes of the files that aren't small, largest first. */
  readonly largeFiles: readonly number[];
  /** Unix time in seconds of the first message. */
  readonly since: number;
  /** Whether it includes files at the edges of part sizes and upload methods: some 45 MiB. */
  readonly edgeSizes: boolean;
}

const SECONDS_BETWEEN = 37;
const TOPICS = ['Words', 'Pictures', 'Films 🎬', 'Sounds', 'Files & papers'] as const;

/** Writes a forum full of everything that Telegram's chats hold, in an order that a seed decides. */
export function fillForum(fill: ForumFill): void {
  const writer = new ForumWriter(fill);
  writer.makeTopics();
  writer.special();
  const makers = [
    () => writer.text(),
    () => writer.answer(),
    () => writer.single(),
    () => writer.text(),
    () => writer.single(),
    () => writer.album(),
    () => writer.text(),
    () => writer.uncloneable(),
  ];
  for (let n = 0; writer.count < fill.messages; n++) makers[n % makers.length]?.();
}

class ForumWriter {
  readonly #fill: ForumFill;
  readonly #topics: number[] = [GENERAL_TOPIC];
  #step = 0;
  #singles = 0;
  #texts = 0;
  #albums = 0;
  #others = 0;

  constructor(fill: ForumFill) {
    this.#fill = fill;
  }

  get count(): number {
    return this.#fill.chat.box?.messages.length ?? 0;
  }

  makeTopics(): void {
    const { world, chat, authors } = this.#fill;
    TOPICS.forEach((title, index) => {
      const topic = world.createTopic(chat, {
        title,
        from: authors[0],
        iconColor: TOPIC_COLORS[(index + 1) % TOPIC_COLORS.length] ?? 0x6fb9f0,
        date: this.#now(),
        ...(index === 2 ? { iconEmojiId: 5_357_107_601_584_693_888n } : {}),
      });
      this.#topics.push(topic.id);
    });
    const [, words, , , , papers] = this.#topics.map((id) => chat.topics.get(id));
    if (words) words.pinned = true;
    if (papers) {
      papers.closed = true;
      this.#post({
        topicId: papers.id,
        action: {
          kind: 'topicEdit',
          title: undefined,
          iconEmojiId: undefined,
          closed: true,
          hidden: undefined,
        },
      });
    }
  }

  /** Messages that must be there, however few are wanted. */
  special(): void {
    const { files, largeFiles, edgeSizes } = this.#fill;
    largeFiles.forEach((size, index) => {
      const media = files.make(index % 2 === 0 ? 'file' : 'video', { size });
      this.#post({ ...this.#caption(), topicId: this.#topic(5), media });
    });
    for (const size of edgeSizes ? EDGE_SIZES : []) {
      this.#post({ topicId: this.#topic(5), media: files.make('file', { size }) });
    }
    for (const kind of ['photo', 'video'] as const) {
      this.#post({
        topicId: this.#topic(2),
        media: files.make(kind, { spoiler: true }),
        invertMedia: true,
        ...this.#caption(),
      });
    }
  }

  text(): void {
    const { random, authors } = this.#fill;
    const n = this.#texts++;
    const text =
      n % 3 === 0
        ? { text: sentence(random, random.integer(1, 60)), entities: [] }
        : nthText(n, random, authors[0]);
    this.#post({ ...text, silent: n % 5 === 0 });
  }

  /** An answer to an earlier message of the same topic, now and then with a quote. */
  answer(): void {
    const { chat, random } = this.#fill;
    const topicId = this.#topic(this.#step);
    const answered = chat.box?.messages.findLast(
      (message) => message.topicId === topicId && !message.action && random.float() < 0.5,
    );
    this.#post({
      ...this.#caption(),
      topicId,
      ...(answered ? { replyTo: answered.id } : {}),
      ...(answered && answered.text.length > 12
        ? { quote: { text: [...answered.text].slice(0, 4).join(''), offset: 0 } }
        : {}),
    });
  }

  single(): void {
    const kinds: readonly SampleKind[] = [
      'photo',
      'video',
      'voice',
      'file',
      'sticker',
      'round',
      'gif',
      'audio',
      'image-file',
      'animated-sticker',
    ];
    const n = this.#singles++;
    const kind = kinds[n % kinds.length] ?? 'photo';
    const captioned = !['sticker', 'animated-sticker', 'round'].includes(kind) && n % 2 === 0;
    this.#post({
      media: this.#fill.files.make(kind, { spoiler: n % 11 === 0 && (kind === 'photo' || kind === 'video') }),
      ...(captioned ? this.#caption() : {}),
      silent: n % 7 === 0,
    });
  }

  album(): void {
    const { files, world, random } = this.#fill;
    const n = this.#albums++;
    const size = random.integer(2, n % 4 === 0 ? 10 : 5);
    const kinds: readonly SampleKind[] = ([['photo', 'video'], ['photo'], ['audio'], ['file']] as const)[
      n % 4
    ] ?? ['photo'];
    const groupedId = world.nextGroupedId();
    const date = this.#now();
    const topicId = this.#topic(this.#step);
    const author = this.#author();
    for (let index = 0; index < size; index++) {
      const media = files.make(kinds[index % kinds.length] ?? 'photo', {
        spoiler: n % 5 === 1 && kinds.includes('photo'),
      });
      const captioned = index === 0 || (n % 3 === 0 && index === size - 1);
      this.#post({ from: author, topicId, date, media, groupedId, ...(captioned ? this.#caption() : {}) });
    }
  }

  /** Messages that are neither texts nor files. */
  uncloneable(): void {
    const n = this.#others++;
    const place = { latitude: 46.948, longitude: 7.4474 };
    const list: readonly Media[] = [
      { kind: 'geo', ...place },
      { kind: 'contact', phone: '+99966777777', firstName: 'Zoë', lastName: 'Example', vcard: '' },
      {
        kind: 'poll',
        poll: {
          id: BigInt(7_000_000 + n),
          creator: this.#author(),
          question: { text: 'Tea or coffee? ☕', entities: [] },
          answers: ['Tea', 'Coffee', 'Neither'].map((text, index) => ({
            text,
            entities: [],
            option: Buffer.from([index]),
          })),
          votes: new Map(),
        },
      },
      { kind: 'venue', ...place, title: 'Old town', address: 'Kramgasse 1' },
      { kind: 'dice', emoticon: '🎲', value: 1 + (n % 6) },
    ];
    const media = list[n % list.length];
    if (media) this.#post({ media });
  }

  #post(options: Omit<PostOptions, 'chat' | 'from'> & { from?: number }): void {
    const { world, chat } = this.#fill;
    world.post({
      chat: chat.id,
      from: this.#author(),
      topicId: this.#topic(this.#step),
      date: options.date ?? this.#now(),
      ...options,
    });
    this.#step += 1;
  }

  #caption(): StyledText {
    const { random, authors } = this.#fill;
    return nthText(random.integer(0, 100), random, authors[0]);
  }

  /** Returns the topics in turn, General first. */
  #topic(step: number): number {
    return this.#topics[step % this.#topics.length] ?? GENERAL_TOPIC;
  }

  #author(): number {
    const { authors } = this.#fill;
    return authors[Math.floor(this.#step / 3) % authors.length] ?? authors[0];
  }

  #now(): number {
    return this.#fill.since + this.count * SECONDS_BETWEEN;
  }
}
