import { MIB, PART_SIZE } from '../../lib/base/bytes.js';
import type { Random } from '../../lib/base/random.js';
import type { SampleKind } from '../../lib/sandbox/fill/sample-files.js';
import type { Cast } from '../../lib/sandbox/fill/showcase/scene.js';
import { nthText, sentence, TextWriter } from '../../lib/sandbox/fill/styled-text.js';
import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import type { StyledText } from '../../lib/sandbox/world/entity.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { bareId } from '../../lib/sandbox/world/peer-id.js';
import type { PostOptions } from '../../lib/sandbox/world/sending.js';
import { Catalogue, SmallFiles } from './catalogue.js';
import { pick } from './pick.js';
import type { Plan } from './plan.js';

/** Whom the messages name, and what they are forwarded from. */
export type People = Pick<Cast, 'user' | 'friend' | 'author' | 'bot' | 'channel'>;

/** How many seconds ago the first message was written, and how many lie between two. */
const LONG_AGO = 30 * 86_400;
const BETWEEN = 7_200;

export interface WriterOptions {
  readonly random: Random;
  readonly plan: Plan;
  readonly authors: readonly [number, number];
  readonly people: People;
}

/** Writes what a chat holds, message by message. */
export class Writer {
  readonly #sandbox: Sandbox;
  readonly #chat: Chat;
  readonly #options: WriterOptions;
  readonly #files: SmallFiles;
  readonly #catalogue: Catalogue;
  readonly #topics: number[] = [];
  /** Unix time in seconds of the last message. */
  #date: number;

  constructor(sandbox: Sandbox, chat: Chat, options: WriterOptions) {
    this.#sandbox = sandbox;
    this.#chat = chat;
    this.#options = options;
    const { random, plan, people } = options;
    const dcs = plan.faults.has('foreign-dc') ? [1, 2] : [1];
    this.#files = new SmallFiles(sandbox.files, random, dcs, plan.seed).sizesFrom(random);
    const { world } = sandbox;
    this.#date = world.nowSeconds() - LONG_AGO;
    this.#catalogue = new Catalogue({ ...people, world, random, since: this.#date }, this.#files);
  }

  topics(): void {
    if (!this.#chat.forum) return;
    const { random, authors } = this.#options;
    for (let n = random.integer(0, 4); n > 0; n -= 1) this.#newTopic(`Topic ${n}`, authors[0]);
  }

  something(): void {
    const { random } = this.#options;
    const makers: (() => void)[] = [
      () => this.#text(),
      () => this.#text(),
      () => this.#answer(),
      () => this.#single(),
      () => this.#single(),
      () => this.#album(),
      () => this.#drawn(),
      () => this.#drawn(),
      () => this.#drawn(),
      () => this.#odd(),
    ];
    pick(random, makers)();
  }

  #text(): void {
    const { random, authors } = this.#options;
    const plain = random.float() < 0.3;
    const text = plain
      ? { text: sentence(random, random.integer(1, 30)) }
      : nthText(random.integer(0, 100), random, authors[0]);
    this.#post({ ...text, silent: random.float() < 0.2 });
  }

  /** The same words again: a clone must not take one for the other. */
  #answer(): void {
    const { random } = this.#options;
    const messages = this.#sandbox.world
      .messagesWith(this.#chat.creator, this.#chat.id)
      .filter(({ action }) => !action);
    const answered = messages.length > 0 ? pick(random, messages) : undefined;
    if (!answered) {
      this.#text();
      return;
    }
    // In a basic group, an id belongs to one member's box.
    const from = this.#chat.box === undefined ? { from: this.#chat.creator } : {};
    const topic = answered.topicId === undefined ? {} : { topicId: answered.topicId };
    const quoted = answered.text.length > 12 && random.float() < 0.4;
    const quote = quoted ? { quote: { text: [...answered.text].slice(0, 4).join(''), offset: 0 } } : {};
    this.#post({ text: answered.text || 'Yes.', replyTo: answered.id, ...from, ...topic, ...quote });
  }

  #single(): void {
    const { random } = this.#options;
    const kinds: readonly SampleKind[] = [
      'photo',
      'video',
      'voice',
      'file',
      'file',
      'sticker',
      'round',
      'gif',
      'audio',
    ];
    const kind = pick(random, kinds);
    const spoiler = (kind === 'photo' || kind === 'video') && random.float() < 0.3;
    const captioned = !['sticker', 'round'].includes(kind) && random.float() < 0.5;
    const size = this.#sizeOf(kind);
    const media = this.#files.make(kind, { spoiler, ...(size !== undefined && { size }) });
    this.#post({ media, ...(captioned ? this.#caption() : {}), silent: random.float() < 0.2 });
  }

  #sizeOf(kind: SampleKind): number | undefined {
    const { random } = this.#options;
    const chance = random.float();
    const few = random.integer(1, 40_000);
    if (kind === 'photo') return undefined;
    if (kind !== 'file' || chance < 0.6) return few;
    if (chance < 0.64) return 0;
    if (chance < 0.92) return pick(random, [1, PART_SIZE - 1, PART_SIZE, PART_SIZE + 1, 2 * PART_SIZE + 5]);
    return chance < 0.96 ? random.integer(3, 6) * PART_SIZE : 10 * MIB + random.integer(0, 1) * PART_SIZE;
  }

  #album(): void {
    const { random, authors } = this.#options;
    const kinds = pick<readonly SampleKind[]>(random, [['photo', 'video'], ['photo'], ['audio'], ['file']]);
    const groupedId = this.#sandbox.world.nextGroupedId();
    const shared = { groupedId, ...this.#place(), from: pick(random, authors) };
    for (let index = random.integer(2, 4); index > 0; index -= 1) {
      const kind = pick(random, kinds);
      const media = this.#files.make(kind, kind === 'photo' ? {} : { size: random.integer(1, 9_000) });
      this.#post({ ...shared, media, ...(random.float() < 0.4 ? this.#caption() : {}) });
    }
  }

  /** Something of the showcase, which has everything. */
  #drawn(): void {
    const { random, authors } = this.#options;
    const drafts = this.#catalogue.draw();
    const shared = drafts.length > 1 ? { ...this.#place(), from: pick(random, authors) } : {};
    for (const { replyTo: _, ...draft } of drafts) this.#post({ ...draft, ...shared });
  }

  #odd(): void {
    const { random, authors } = this.#options;
    if (this.#chat.forum && random.float() < 0.3) {
      this.#newTopic(pick(random, ['Late', 'Later', 'Topic 1']), authors[0]);
      return;
    }
    const makers = [() => this.#long(), () => this.#link(), () => this.#elsewhere()];
    pick(random, makers)();
  }

  /** A text or a caption that some accounts can't send as one message. */
  #long(): void {
    const { random } = this.#options;
    const isCaption = random.float() < 0.5;
    const most = isCaption ? random.integer(950, 4_000) : random.integer(4_000, 8_000);
    const writer = new TextWriter();
    for (let length = 0; length < most; length = writer.done().text.length) {
      writer.plain(`${sentence(random, 20)}${pick(random, [' ', '\n', '\n\n'])}`);
      writer.styled(pick(random, ['bold', 'spoiler', 'hashtag', 'blockquote']), '#longest').plain(' ');
    }
    const media = isCaption && this.#files.make(pick(random, ['photo', 'file', 'video']));
    const { text, entities } = writer.done();
    // Telegram keeps no blanks at the end.
    this.#post({ text: text.trimEnd(), entities, ...(media && { media }) });
  }

  /** A link to another message of the same chat, shown or behind words. */
  #link(): void {
    const { random } = this.#options;
    const messages = this.#sandbox.world.messagesWith(this.#chat.creator, this.#chat.id);
    const linked = messages.length > 0 ? pick(random, messages) : undefined;
    if (!linked || this.#chat.kind === 'group') {
      this.#text();
      return;
    }
    const url = `https://t.me/c/${bareId(this.#chat.id)}/${linked.id}`;
    const writer = new TextWriter().plain('As I said: ');
    if (random.float() < 0.5) writer.styled('url', url);
    else writer.styled('textUrl', 'there', { url });
    this.#post(writer.plain('.').done());
  }

  /** An answer to a message of another chat. */
  #elsewhere(): void {
    const { people } = this.#options;
    const [post] = this.#sandbox.world
      .messagesWith(people.author, people.channel.id)
      .filter((each) => !each.action);
    if (!post || this.#chat.kind === 'group') {
      this.#text();
      return;
    }
    this.#post({ text: 'About a post elsewhere.', replyTo: post.id, replyPeer: people.channel.id });
  }

  #newTopic(title: string, from: number): void {
    this.#topics.push(this.#sandbox.world.createTopic(this.#chat, { title, from }).id);
  }

  #caption(): StyledText {
    const { random, authors } = this.#options;
    return nthText(random.integer(0, 100), random, authors[0]);
  }

  #place(): { topicId?: number } {
    const { random } = this.#options;
    if (!this.#chat.forum) return {};
    return { topicId: pick(random, [1, ...this.#topics]) };
  }

  #post(options: Omit<PostOptions, 'chat' | 'from'> & { readonly from?: number }): void {
    const { random, authors } = this.#options;
    const { world } = this.#sandbox;
    const from = this.#chat.kind === 'broadcast' ? this.#chat.creator : pick(random, authors);
    if (options.groupedId === undefined) this.#date += BETWEEN;
    world.post({ chat: this.#chat.id, from, date: this.#date, ...this.#place(), ...options });
  }
}
