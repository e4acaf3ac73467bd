import type { Random } from '../../base/random.js';
import type { Account, Chat } from '../world/model.js';
import { GENERAL_TOPIC, TOPIC_COLORS } from '../world/topics.js';
import type { World } from '../world/world.js';
import type { SampleFiles } from './sample-files.js';
import { actions } from './showcase/actions.js';
import { botCards, cards, stories } from './showcase/cards.js';
import { channelFields, groupFields, pinned } from './showcase/fields.js';
import { files } from './showcase/files.js';
import { forwards, replies, saved } from './showcase/headers.js';
import { markup } from './showcase/markup.js';
import { richMessages } from './showcase/pages.js';
import { checklists, polls, small } from './showcase/polls.js';
import { previews } from './showcase/previews.js';
import { type Cast, Page } from './showcase/scene.js';
import { texts } from './showcase/texts.js';

export interface ShowcaseFill {
  readonly world: World;
  readonly files: SampleFiles;
  readonly random: Random;
  readonly people: Readonly<Record<'user' | 'plain' | 'author' | 'bot', Account>>;
  readonly forum: Chat;
  readonly channel: Chat;
  /** A basic group, which becomes a supergroup. */
  readonly group: Chat;
  /** Unix time in seconds of the first message. */
  readonly since: number;
}

/**
 * Writes at least one of everything that Telegram's messages can hold: into a forum, a channel, a basic group before
 * and after it becomes a supergroup, and the Saved Messages of the account that looks at them. Returns the supergroup.
 */
export function fillShowcase({ people, forum, channel, group, ...scene }: ShowcaseFill): Chat {
  const { user, plain, author, bot } = people;
  // Some of its messages can be written with Premium alone.
  author.premium = true;
  const cast: Cast = {
    world: scene.world,
    files: scene.files,
    random: scene.random,
    since: scene.since,
    user: user.id,
    friend: plain.id,
    author: author.id,
    bot: bot.id,
    channel,
  };
  fillChannel(new Page(cast, channel.id, [channel.creator]), channel);
  fillForum(new Page(cast, forum.id, [author.id, user.id]), forum);
  const supergroup = fillGroups(cast, group);
  saved(new Page(cast, user.id, [user.id]));
  return supergroup;
}

function fillChannel(page: Page, channel: Chat): void {
  channel.paidMedia = true;
  page.post({ text: 'The first post.' });
  pinned(page);
  previews(page);
  channelFields(page);
  cards(page);
  stories(page);
  files(page);
  polls(page);
}

/** The custom emoji of a topic. */
const ICON = 5_357_107_601_584_693_888n;

function fillForum(page: Page, forum: Chat): void {
  const parts: readonly (readonly [string, ...((page: Page) => void)[]])[] = [
    ['Words', texts, pinned],
    ['Pictures and sounds', files],
    ['Polls and lists', polls, checklists],
    ['Places and people', small],
    ['Replies and forwards', replies, forwards],
    ['Pages', richMessages],
    ['Notes', actions],
  ];
  page.post({ text: 'Everything that a message can hold, by topic.' });
  const general = forum.topics.get(GENERAL_TOPIC);
  if (general) page.editTopic(general, { hidden: true });
  parts.forEach(([title, ...writers], n) => {
    const iconColor = TOPIC_COLORS[n % TOPIC_COLORS.length] ?? 0;
    const topic = page.topic(title, n === 2 ? { iconColor, iconEmojiId: ICON } : { iconColor });
    for (const write of writers) write(page);
    topic.pinned = n < 2;
    if (n === parts.length - 1) page.editTopic(topic, { closed: true });
  });
}

/** Before the upgrade each member has messages of their own. */
function fillGroups(cast: Cast, group: Chat): Chat {
  const { world, user, author, friend } = cast;
  const before = new Page(cast, group.id, [user, author]);
  before.post({ action: { kind: 'chatAddUser', users: [friend] } });
  before.post({ action: { kind: 'chatEditTitle', title: group.title } });
  texts(before);
  small(before);
  replies(before);
  const supergroup = world.upgradeGroup(group);
  const after = new Page(cast, supergroup.id, [user, author]);
  groupFields(after);
  pinned(after);
  markup(after);
  botCards(after);
  forwards(after);
  checklists(after);
  return supergroup;
}
