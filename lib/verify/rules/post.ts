import type { PostDocument, PostFlags } from '../../messages/document/document.js';
import type { ForwardHeader, MessageReply, Quote } from '../../messages/document/headers.js';
import type { ReplyMarkup } from '../../messages/document/markup.js';
import type { Media } from '../../messages/document/media.js';
import { rich } from './rich.js';
import { elsewhere, fields, ignored, kept, type Rule, type Rules, same } from './rule.js';
import { stable } from './stable.js';

const OWN = ignored('It belongs to the message alone: each has its own, or none.');
const PEOPLE = ignored('It says what people did with the message.');
const SENDER = ignored('It says who sent the message, and how; the copy has a sender of its own.');
const ACCOUNT = ignored("It is this account's own state.");

const FLAGS: Rules<PostFlags> = {
  out: SENDER,
  mentioned: ACCOUNT,
  mediaUnread: ACCOUNT,
  silent: same('flags'),
  post: OWN,
  fromScheduled: SENDER,
  legacy: ignored('It asks clients to read the message again.'),
  editHidden: OWN,
  pinned: same('flags'),
  noForwards: ignored('It is the wish of the owner of each chat.'),
  invertMedia: same('flags'),
  offline: SENDER,
  videoProcessing: ignored('It passes.'),
  paidPostStars: SENDER,
  paidPostTon: SENDER,
};

/** What people see of where a message was forwarded from; Saved Messages note more. */
function originForm({ date, from, fromName, post, signature, imported }: ForwardHeader): unknown {
  return { date, from, fromName, post, signature, imported };
}

/** Buttons below a message. What a bot does to the reader's own keyboard shows nothing in the message. */
const BUTTONS: Rule<ReplyMarkup> = {
  compare: (source, copy, at) => same('buttons', stable).compare(inline(source), inline(copy), at),
};

function inline(markup: ReplyMarkup | undefined): ReplyMarkup | undefined {
  return markup?.kind === 'inline' ? markup : undefined;
}

/** Every field of a message. */
export const POST: Rules<PostDocument> = {
  version: ignored('Both are read by this program.'),
  kind: elsewhere('Service messages have no copies.'),
  id: OWN,
  raw: ignored('The message as bytes, of which ids are a part.'),
  imported: ignored('Messages of Telegram have none.'),
  chat: OWN,
  date: OWN,
  author: SENDER,
  topic: elsewhere('place.ts: the topics have other ids.'),
  savedPeer: OWN,
  reply: elsewhere('place.ts: the answered messages have other ids.'),
  reactions: PEOPLE,
  ttl: ignored('It is a setting of each chat.'),
  text: elsewhere('text.ts'),
  entities: elsewhere('text.ts'),
  flags: fields('flags', FLAGS),
  media: elsewhere('media.ts: by its kind.'),
  richMessage: rich,
  editDate: OWN,
  album: elsewhere('albums.ts: the albums have other ids.'),
  forward: kept(originForm),
  viaBot: kept(),
  viaBusinessBot: kept(),
  viaGuest: kept(),
  signature: SENDER,
  rank: SENDER,
  boosts: SENDER,
  views: PEOPLE,
  forwards: PEOPLE,
  comments: PEOPLE,
  markup: BUTTONS,
  restrictions: ignored('Telegram decides it for each chat.'),
  effect: same('attributes'),
  factCheck: ignored('Checkers attach it to one message.'),
  paidStars: SENDER,
  suggestedPost: SENDER,
  summaryLanguage: ignored('Telegram finds it out by itself.'),
  quickReply: OWN,
  repeatPeriod: OWN,
  reportDeliveryUntil: OWN,
};

const QUOTE: Rules<Quote> = {
  text: same('reply'),
  entities: ignored('Telegram keeps few of them in a quote.'),
  offset: ignored('It is a hint for clients, and moves with the text around it.'),
  chosen: same('reply'),
};

/** A reply to a message of the same chat, apart from which one it is. */
export const REPLY: Rules<MessageReply<Media>> = {
  kind: same('reply'),
  id: elsewhere('place.ts'),
  chat: elsewhere('place.ts'),
  thread: elsewhere('place.ts: it follows from the answered message, or from the topic.'),
  from: ignored('It repeats who wrote the answered message.'),
  media: ignored('It repeats the media of the answered message.'),
  quote: fields('reply', QUOTE),
  task: same('reply'),
  option: ignored('The options of the copied poll have other names.'),
  scheduled: ignored('Only messages that are not in a history have it.'),
  ephemeral: ignored('Only messages that are not in a history have it.'),
};
