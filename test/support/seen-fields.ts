import { constructorsOf } from './tl-schema.js';

/** Whether a person sees a field of a constructor, both in the library's spelling, somewhere: a document must have it. */
export function isSeen(name: string, field: string): boolean {
  return CHATS.has(name) ? SEEN_OF_CHATS.has(field) : !NOT_SEEN[name]?.includes(field);
}

/** Fields that no person sees. */
const NOT_SEEN: Readonly<Record<string, readonly string[]>> = {
  // For requests alone: who holds the access hash may ask for the place's map.
  GeoPoint: ['accessHash'],
  InputUser: ['accessHash'],
  InputUserFromMessage: ['peer', 'msgId'],
  // Whether a client's cache is stale.
  Poll: ['hash'],
  WebPage: ['hash'],
  BotApp: ['hash'],
  // The reader's own place in the comments, and a number for updates.
  MessageReplies: ['repliesPts', 'readMaxId'],
  // What holds a story names its id already.
  StoryItem: ['id'],
  StoryItemSkipped: ['id'],
  StoryItemDeleted: ['id'],
  // Encrypted for the bot.
  SecureValue: ['data', 'frontSide', 'reverseSide', 'selfie', 'translation', 'files', 'plainData', 'hash'],
  MessageActionSecureValuesSentMe: ['credentials'],
  SecureCredentialsEncrypted: ['data', 'hash', 'secret'],
};

/** Of a channel that a page recommends, the page shows these. */
const SEEN_OF_CHATS = new Set(['id', 'title', 'username']);

const CHATS = new Set(constructorsOf('Chat').map(({ name }) => name));
