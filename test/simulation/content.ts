import { MIB, PART_SIZE } from '../../lib/base/bytes.js';
import { type Random, seededRandom } from '../../lib/base/random.js';
import type { Via } from '../../lib/base/ways.js';
import { SampleFiles, type SampleKind } from '../../lib/sandbox/fill/sample-files.js';
import { nthText, sentence } from '../../lib/sandbox/fill/styled-text.js';
import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import type { StyledText } from '../../lib/sandbox/world/entity.js';
import type { Media } from '../../lib/sandbox/world/message.js';
import type { Account, Chat } from '../../lib/sandbox/world/model.js';
import type { PostOptions } from '../../lib/sandbox/world/sending.js';
import { type Plan, pick } from './plan.js';

/** A target that is empty at first, and the jobs that clone into it, each from a source full of content. */
export interface Scene {
  readonly me: Account;
  readonly target: TargetChat;
  readonly jobs: readonly [JobScene, ...JobScene[]];
  readonly via: Via;
}

/** A chat, or the account's Saved Messages. */
export type TargetChat = Pick<Chat, 'id' | 'creator' | 'forum' | 'topics'>;

/** A source, and how it is to be cloned into the target. */
export interface JobScene {
  readonly source: Chat;
  readonly sourceTopic?: number;
  readonly targetTopic?: number;
  readonly autoCreateTopics: boolean;
}

type ChatKind = 'forum' | 'supergroup' | 'broadcast' | 'group';
const CHAT_KINDS: readonly ChatKind[] = ['forum', 'forum', 'supergroup', 'broadcast', 'group'];

/** Writes the scene that a plan's seed decides. */
export function writeScene(sandbox: Sandbox, plan: Plan): Scene {
  const random = seededRandom(`${plan.seed}/content`);
  const { world } = sandbox;
  const { via } = plan;
  const me = world.createUser({ phone: '9996600001', code: '12345', firstName: 'Ann' });
  const author = world.createUser({ firstName: 'Carol', username: 'carol' });
  const target = plan.faults.has('saved-messages')
    ? savedMessagesOf(me)
    : makeChat(sandbox, pick(random, CHAT_KINDS), me, me);
  const writeJob = (seed: string): JobScene => {
    const own = seededRandom(seed);
    const source = makeChat(sandbox, pick(own, CHAT_KINDS), author, me);
    const writer = new Writer(sandbox, source, { random: own, plan, authors: [author.id, me.id] });
    writer.topics();
    const count = own.integer(3, 14);
    for (let n = 0; n < count; n += 1) writer.something();
    return { source, ...routeOf({ source, target, sandbox, random: own }) };
  };
  const first = writeJob(`${plan.seed}/content/1`);
  if (!plan.faults.has('two-jobs')) return { me, target, jobs: [first], via };
  // Sources of one seed hold the same words: one job's posts must not be taken for another's. If the server forgets
  // random_ids, nobody could know which of two sends in doubt the only copy belongs to: it is sent once more.
  const isTellable = !plan.faults.has('random-ids-forgotten');
  const second = writeJob(`${plan.seed}/content/${isTellable && random.float() < 0.6 ? 1 : 2}`);
  return { me, target, jobs: [first, second], via };
}

/** The target as a person would write it into TARGET_CHAT. */
export function targetWord({ me, target }: Scene): string {
  return target.id === me.id ? 'me' : String(target.id);
}

function savedMessagesOf({ id }: Account): TargetChat {
  return { id, creator: id, forum: false, topics: new Map() };
}

function makeChat({ world }: Sandbox, kind: ChatKind, creator: Account, me: Account): Chat {
  const named = { title: `A ${kind} of ${creator.firstName}`, creator: creator.id };
  if (kind === 'group') return world.createGroup({ ...named, members: creator === me ? [] : [me.id] });
  const flags = { megagroup: kind !== 'broadcast', forum: kind === 'forum' };
  const chat = world.createChannel({ ...named, ...flags });
  if (creator !== me) world.addMember(chat, me.id, {});
  return chat;
}

function routeOf({
  source,
  target,
  sandbox,
  random,
}: {
  readonly source: Chat;
  readonly target: TargetChat;
  readonly sandbox: Sandbox;
  readonly random: Random;
}): Omit<JobScene, 'source'> {
  const topics = [...source.topics.keys()];
  const one = source.forum && random.float() < 0.2 ? { sourceTopic: pick(random, topics) } : {};
  const forum = sandbox.world.chat(target.id);
  if (!forum?.forum) return { autoCreateTopics: false, ...one };
  if (source.forum && random.float() < 0.75) return { autoCreateTopics: true, ...one };
  if (random.float() < 0.5) return { autoCreateTopics: false, ...one };
  const topic = sandbox.world.createTopic(forum, { title: 'All of it' });
  return { autoCreateTopics: false, targetTopic: topic.id, ...one };
}

interface WriterOptions {
  readonly random: Random;
  readonly plan: Plan;
  readonly authors: readonly [number, number];
}

class Writer {
  readonly #sandbox: Sandbox;
  readonly #chat: Chat;
  readonly #options: WriterOptions;
  readonly #files: SampleFiles;
  readonly #topics: number[] = [];

  constructor(sandbox: Sandbox, chat: Chat, options: WriterOptions) {
    this.#sandbox = sandbox;
    this.#chat = chat;
    this.#options = options;
    const { random, plan } = options;
    this.#files = new SampleFiles(
      sandbox.files,
      random,
      plan.faults.has('foreign-dc') ? [1, 2] : [1],
      plan.seed,
    );
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
      () => this.#uncloneable(),
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

  #uncloneable(): void {
    const { random, authors } = this.#options;
    if (this.#chat.forum && random.float() < 0.4) {
      this.#newTopic(pick(random, ['Late', 'Later', 'Topic 1']), authors[0]);
      return;
    }
    const media: readonly Media[] = [
      { kind: 'geo', latitude: 46.9, longitude: 7.4 },
      { kind: 'dice', emoticon: '🎲', value: random.integer(1, 6) },
      { kind: 'contact', phone: '+99966777777', firstName: 'Zoë', lastName: '', vcard: '' },
    ];
    this.#post({ media: pick(random, media) });
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
    const date = world.nowSeconds() - 86_400;
    world.post({ chat: this.#chat.id, from, date, ...this.#place(), ...options });
  }
}
