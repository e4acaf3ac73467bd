import { MIB } from '../base/bytes.js';
import { seededRandom } from '../base/random.js';
import type { FileStore } from './files/file-store.js';
import { fillForum } from './fill/forum.js';
import { makeLongChat } from './fill/long-chat.js';
import { SampleFiles } from './fill/sample-files.js';
import { fillShowcase } from './fill/showcase.js';
import { nthText, sentence } from './fill/styled-text.js';
import { fillYear, yearBegins } from './fill/year.js';
import type { Account, Chat } from './world/model.js';
import { SANDBOX_APP, type World } from './world/world.js';

export interface FillOptions {
  /** The content is a function of it. Default: `sandbox`. */
  readonly seed?: string;
  /**
   * What the chats hold. `demo`: a forum of some hundreds of messages, of kinds that are common. `showcase`: at least one
   * of everything that a message can hold, in a forum, a channel, a basic group and its supergroup, and Saved Messages.
   * `long`: in place of the forum, a supergroup of a million messages, which no state file can keep. Default: `demo`.
   */
  readonly content?: 'demo' | 'showcase' | 'long';
  /**
   * Messages of the source, service messages included. Default: 360, of which over 300 can be cloned; a million of a
   * long chat.
   */
  readonly messages?: number;
  /** Sizes in bytes of the forum's large files. Default: 256 MiB, 40 MiB and 12 MiB. */
  readonly largeFiles?: readonly number[];
  /** Whether the forum has files of 1 byte, one part less one, one part, …, 10 MiB and one more: 45 MiB. Default: true. */
  readonly edgeSizes?: boolean;
}

/** The sandbox's content, and how to sign in to it. */
export interface Filled {
  readonly apiId: number;
  readonly apiHash: string;
  /** The account with two-step verification. It owns the target. */
  readonly phone: string;
  readonly code: string;
  readonly password: string;
  readonly user: Account;
  /** An account that signs in by code alone; it is in every chat, with the same rights. */
  readonly plain: { readonly phone: string; readonly code: string; readonly user: Account };
  readonly botToken: string;
  readonly bot: Account;
  readonly source: Chat;
  /** An empty forum. */
  readonly target: Chat;
  readonly chats: {
    readonly source: Chat;
    readonly target: Chat;
    /** A broadcast channel that the account may post to; @sandbox_news. */
    readonly channel: Chat;
    readonly supergroup: Chat;
    readonly group: Chat;
    /** A supergroup whose content is protected (noforwards). */
    readonly protected: Chat;
    /** A broadcast channel that the account may only read, with photos, videos and papers of the year 2024; @sandbox_readonly. */
    readonly readOnly: Chat;
  };
  /** The supergroup that the basic group has become, in the showcase. */
  readonly upgraded: Chat | undefined;
}

const PHONE = '9996610001';
const PLAIN_PHONE = '9996610002';
const CODE = '12345';
const PASSWORD = 'correct horse';
const USERNAMES = { author: 'sandbox_carol', bot: 'sandbox_helper_bot' } as const;
const TITLES: Readonly<Record<keyof Filled['chats'], string>> = {
  source: 'Sandbox source',
  target: 'Sandbox target',
  channel: 'Sandbox news',
  supergroup: 'Sandbox supergroup',
  group: 'Sandbox basic group',
  protected: 'Sandbox protected',
  readOnly: 'Sandbox read-only',
};
const LONG_CHAT = 1_000_000;
const WRITTEN_BEFORE_SECONDS = 30 * 24 * 3600;

/** Fills a sandbox with accounts, chats and content that are a function of a seed: for the demo, tests and users. */
export function fillSandbox(
  {
    world,
    files,
    dcs,
  }: {
    readonly world: World;
    readonly files: FileStore;
    readonly dcs: readonly { readonly id: number }[];
  },
  options: FillOptions = {},
): Filled {
  const seed = options.seed ?? 'sandbox';
  const random = seededRandom(`${seed}/fill`);
  const samples = new SampleFiles(
    files,
    random,
    dcs.map(({ id }) => id),
    seed,
  );
  const since = world.nowSeconds() - WRITTEN_BEFORE_SECONDS;
  const people = makePeople(world);
  const makeSource =
    options.content === 'long'
      ? (): Chat =>
          makeLongChat(
            { world, files, dcs },
            {
              title: TITLES.source,
              creator: people.author.id,
              messages: options.messages ?? LONG_CHAT,
              seed,
            },
          )
      : (): Chat =>
          world.createChannel({
            title: TITLES.source,
            creator: people.author.id,
            date: since,
            forum: true,
            about: 'Everything a forum holds',
          });
  const chats = makeChats(world, people, since, makeSource);
  if (options.content === 'showcase') {
    const { source: forum, channel, group } = chats;
    fillShowcase({ world, files: samples, random, people, forum, channel, group, since });
    return describe(world, people, chats);
  }
  if (options.content !== 'long') {
    fillForum({
      world,
      chat: chats.source,
      files: samples,
      random,
      authors: [people.author.id, people.user.id],
      messages: options.messages ?? 360,
      largeFiles: options.largeFiles ?? [256 * MIB, 40 * MIB, 12 * MIB],
      since,
      edgeSizes: options.edgeSizes ?? true,
    });
  }
  const others = [chats.channel, chats.supergroup, chats.group, chats.protected, chats.readOnly];
  for (const chat of others) {
    if (chat === chats.readOnly) fillYear(world, chat, samples, since);
    for (let n = 0; n < 12; n++) {
      world.post({
        chat: chat.id,
        from: chat.creator,
        date: since + n * 60,
        ...(n % 3 === 2
          ? { media: samples.make('photo'), text: sentence(random, 3) }
          : nthText(n, random, people.user.id)),
      });
    }
  }
  return describe(world, people, chats);
}

/** The content that an earlier run filled this world with; undefined when it holds something else. */
export function filledBefore(world: World): Filled | undefined {
  const named = (username: string): Account | undefined => world.account(world.peerByUsername(username) ?? 0);
  const [user, plain] = [world.accountByPhone(PHONE), world.accountByPhone(PLAIN_PHONE)];
  const [author, bot] = [named(USERNAMES.author), named(USERNAMES.bot)];
  if (!user || !plain || !author || !bot) return undefined;
  // A supergroup that was a basic group has the group's title, and comes later.
  const byTitle = new Map([...world.state.chats.values()].reverse().map((chat) => [chat.title, chat]));
  const chats = Object.entries(TITLES).map(([name, title]) => [name, byTitle.get(title)]);
  if (chats.some(([, chat]) => chat === undefined)) return undefined;
  return describe(world, { user, plain, author, bot }, Object.fromEntries(chats) as Filled['chats']);
}

function describe(world: World, { user, plain, bot }: People, chats: Filled['chats']): Filled {
  const { migratedTo } = chats.group;
  return {
    ...SANDBOX_APP,
    phone: `+${PHONE}`,
    code: CODE,
    password: PASSWORD,
    user,
    plain: { phone: `+${PLAIN_PHONE}`, code: CODE, user: plain },
    botToken: bot.botToken ?? '',
    bot,
    source: chats.source,
    target: chats.target,
    chats,
    upgraded: migratedTo === undefined ? undefined : world.chat(migratedTo),
  };
}

interface People {
  readonly user: Account;
  readonly plain: Account;
  readonly author: Account;
  readonly bot: Account;
}

function makePeople(world: World): People {
  return {
    user: world.createUser({
      phone: PHONE,
      code: CODE,
      firstName: 'Ann',
      lastName: 'Example',
      username: 'sandbox_ann',
      password: PASSWORD,
      passwordHint: 'what the horse is',
    }),
    plain: world.createUser({ phone: PLAIN_PHONE, code: CODE, firstName: 'Bob', username: 'sandbox_bob' }),
    author: world.createUser({ firstName: 'Carol', lastName: 'Ödegård', username: USERNAMES.author }),
    bot: world.createBot({ firstName: 'Sandbox bot', username: USERNAMES.bot }),
  };
}

function makeChats(
  world: World,
  { user, plain, author, bot }: People,
  date: number,
  makeSource: () => Chat,
): Filled['chats'] {
  const byAuthor = { creator: author.id, date };
  const byUser = { creator: user.id, date };
  const chats = {
    source: makeSource(),
    target: world.createChannel({ ...byUser, title: TITLES.target, forum: true }),
    channel: world.createChannel({
      ...byUser,
      title: TITLES.channel,
      username: 'sandbox_news',
      signatures: true,
    }),
    supergroup: world.createChannel({ ...byUser, title: TITLES.supergroup, megagroup: true }),
    group: world.createGroup({ ...byUser, title: TITLES.group, members: [plain.id, author.id] }),
    protected: world.createChannel({
      ...byAuthor,
      title: TITLES.protected,
      megagroup: true,
      noforwards: true,
    }),
    readOnly: world.createChannel({
      ...byAuthor,
      date: yearBegins(date),
      title: TITLES.readOnly,
      username: 'sandbox_readonly',
    }),
  };
  for (const chat of Object.values(chats)) {
    const admin = chat.creator === user.id && chat.kind !== 'group';
    for (const member of [user, plain])
      if (!chat.members.has(member.id)) world.addMember(chat, member.id, { admin, date });
    if (admin && chat.kind !== 'broadcast') world.addMember(chat, bot.id, { admin: true, date });
  }
  return chats;
}
