/**
 * The meaning of a link (core.telegram.org/api/links): a chat by its public name, its marked id or a channel's bare id,
 * with the numbers of a thread and a message; or, as `refused`, what it is instead and what to write. Numbers are as
 * written.
 */
export interface LinkMeaning {
  readonly name?: string;
  readonly id?: string;
  readonly channel?: string;
  readonly thread?: string;
  readonly message?: string;
  /** A comment below that message, by its id in the discussion group. */
  readonly comment?: string;
  /** The rest of a sentence that begins with the link. TOPIC stands for the name of the topic's setting. */
  readonly refused?: string;
  /** Whether anyone who sees the link can use it, so that it must not be shown. */
  readonly secret?: boolean;
}

const HOST = '(?:t\\.me|telegram\\.me|telegram\\.dog)';
const WEB = /^(?:https?:)?(?:\/\/)?(?:www\.)?([\w.-]+)(?::\d+)?(?=[/?#]|$)(.*)$/is;

/** The meaning of a t.me, tg: or web.telegram.org link; undefined for any other text. */
export function readLink(text: string): LinkMeaning | undefined {
  const inApp = /^tg:(?:\/\/)?(.*)$/is.exec(text)?.[1];
  if (inApp !== undefined) return appLink(inApp);
  const [, host = '', rest = ''] = WEB.exec(text) ?? [];
  if (/^web\.telegram\.org$/i.test(host)) return webAppLink(rest);
  if (new RegExp(`^${HOST}$`, 'i').test(host)) return publicLink(rest);
  const owner = new RegExp(`^(\\w+)\\.${HOST}$`, 'i').exec(host)?.[1];
  return owner === undefined ? undefined : publicLink(`/${owner}${rest}`);
}

const TAKE_ID = 'copy the id or @name from "telepi chats"';
const INVITATION: LinkMeaning = {
  refused: `is an invitation, which names no chat: join the chat in a Telegram app, then ${TAKE_ID}`,
  secret: true,
};
const PHONE: LinkMeaning = { refused: `names a person by a phone number: ${TAKE_ID}`, secret: true };
const FOLDER: LinkMeaning = {
  refused: `is a link to a folder of chats: choose one of them, and ${TAKE_ID}`,
  secret: true,
};
const STORY: LinkMeaning = { refused: 'is a link to a story, and stories are not cloned: name a chat' };
const DIRECT: LinkMeaning = {
  refused: "is a link to a channel's direct messages, which can't be cloned: name the channel itself",
};
/** Where a comment can't be used. */
export const COMMENTS = {
  refused:
    "is a link to comments, which are in the channel's discussion group: name that group, and set TOPIC to the id that the post has there",
} as const satisfies LinkMeaning;
const APP: LinkMeaning = { refused: `is a link to a mini app, not to a chat: ${TAKE_ID}` };
const UNKNOWN: LinkMeaning = { refused: `is a link that names no chat: ${TAKE_ID}` };

/** Links that lead elsewhere than to a chat, by the first word of their path. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  addemoji: 'a set of emoji',
  addstickers: 'a set of stickers',
  addtheme: 'a theme',
  auction: 'an auction',
  bg: 'a background',
  call: 'a call',
  confirmphone: 'a phone number to confirm',
  contact: 'a temporary profile',
  emoji: 'an emoji',
  giftcode: 'a gift',
  invoice: 'an invoice',
  iv: 'a web page',
  login: 'a login',
  m: 'a business chat',
  message: 'a business chat',
  msg: 'a text to share',
  msg_url: 'a text to share',
  nft: 'a gift',
  passport: 'Telegram Passport',
  premium_multigift: 'Telegram Premium',
  premium_offer: 'Telegram Premium',
  proxy: 'a proxy',
  setlanguage: 'a language',
  settings: 'settings',
  share: 'a text to share',
  socks: 'a proxy',
  stargift_auction: 'an auction',
  stars_topup: 'Telegram Stars',
};

function elsewhere(word: string): LinkMeaning | undefined {
  const thing = Object.hasOwn(ELSEWHERE, word) ? ELSEWHERE[word] : undefined;
  return thing === undefined
    ? undefined
    : { refused: `is a link to ${thing}, not to a chat: ${TAKE_ID}`, secret: true };
}

/** t.me/…; `rest` begins after the host. */
function publicLink(rest: string): LinkMeaning {
  const { steps, query } = split(rest);
  const [first = '', second = '', ...more] = steps;
  const word = first.toLowerCase();
  if (/^[+ ]/.test(first)) return /^[+ ]\d+$/.test(first) ? PHONE : INVITATION;
  if (word === 'joinchat') return INVITATION;
  if (word === 'addlist') return FOLDER;
  if (word.startsWith('$')) return elsewhere('invoice') ?? UNKNOWN;
  if (word === 'boost') return ofChannelOrName(query.get('c'), second || null);
  if (word === 'c') return second === '' ? UNKNOWN : inside({ channel: second }, more, query);
  if (word === 's') return second === '' ? UNKNOWN : inside({ name: second }, more, query);
  return elsewhere(word) ?? (first === '' ? UNKNOWN : inside({ name: first }, steps.slice(1), query));
}

/** tg://…; `rest` begins after the scheme. */
function appLink(rest: string): LinkMeaning {
  const { steps, query } = split(rest);
  const word = steps[0]?.toLowerCase() ?? '';
  const post = query.get('post') ?? undefined;
  const path = post === undefined ? [] : [post];
  switch (word) {
    case 'resolve': {
      const name = query.get('domain');
      if (query.has('phone')) return PHONE;
      if (!name) return UNKNOWN;
      return name.toLowerCase() === 'telegrampassport'
        ? (elsewhere('passport') ?? UNKNOWN)
        : inside({ name }, path, query);
    }
    case 'privatepost':
      return query.get('channel') ? inside({ channel: query.get('channel') ?? '' }, path, query) : UNKNOWN;
    case 'openmessage':
      return openMessage(query);
    case 'user':
      return query.get('id') ? { id: query.get('id') ?? '' } : UNKNOWN;
    case 'boost':
      return ofChannelOrName(query.get('channel'), query.get('domain'));
    case 'join':
      return INVITATION;
    case 'addlist':
      return FOLDER;
    default:
      return elsewhere(word) ?? UNKNOWN;
  }
}

/** A link of the Android app: chat_id is the bare id of a basic group, supergroup or channel, without saying which. */
function openMessage(query: URLSearchParams): LinkMeaning {
  const message = query.get('message_id') ?? undefined;
  const user = query.get('user_id');
  if (user) return { id: user, ...(message === undefined ? {} : { message }) };
  const chat = query.get('chat_id');
  if (!chat || !/^[1-9]\d{0,11}$/.test(chat)) return UNKNOWN;
  const marked = -1_000_000_000_000 - Number(chat);
  return {
    refused: `does not say whether ${chat} is a channel or a basic group: write ${marked} for a channel or supergroup, -${chat} for a basic group`,
  };
}

/**
 * web.telegram.org: `#-100123` and `#@name`, followed by `_5` or `/5` for a topic; the old `#/im?p=@name`; both with
 * `post`, `thread` and `comment` as in tg: links; `#?tgaddr=` with a tg: link.
 */
function webAppLink(rest: string): LinkMeaning {
  const raw = /#(.*)$/s.exec(rest)?.[1] ?? '';
  const { query } = split(raw);
  const address = query.get('tgaddr');
  if (address !== null) return readLink(address) ?? UNKNOWN;
  const old = query.get('p');
  if (old !== null) return withPost(oldWebPeer(old), query);
  const [, peer = '', thread] = /^\/?(@\w+|-?\d+)(?:[_/](\d+))?(?:\?.*)?$/s.exec(decoded(raw)) ?? [];
  if (peer === '') return UNKNOWN;
  const of = thread === undefined ? {} : { thread };
  return withPost(peer.startsWith('@') ? { name: peer.slice(1), ...of } : { id: peer, ...of }, query);
}

function withPost(chat: LinkMeaning, query: URLSearchParams): LinkMeaning {
  const message = query.get('post');
  const comment = query.get('comment');
  if (query.has('comment') && !(message && comment)) return COMMENTS;
  const thread = chat.thread ?? query.get('thread') ?? query.get('topic');
  return { ...chat, ...(thread && { thread }), ...(message && { message }), ...(comment && { comment }) };
}

/** u1 a user, g1 a basic group, c1 and s1 a channel or supergroup; an access hash may follow. */
function oldWebPeer(peer: string): LinkMeaning {
  if (/^@\w+$/.test(peer)) return { name: peer.slice(1) };
  const [, kind, id] = /^([ugcs])(\d+)(?:_\d+)?$/.exec(peer) ?? [];
  if (kind === undefined || id === undefined) return UNKNOWN;
  if (kind === 'u') return { id };
  return kind === 'g' ? { id: `-${id}` } : { channel: id };
}

function ofChannelOrName(channel: string | null, name: string | null): LinkMeaning {
  if (channel) return { channel };
  return name ? { name } : UNKNOWN;
}

/**
 * The place in a chat that a link names: `/17`, `/5/17` (thread and message), `?thread=5`. Other parameters ask an app
 * to do something (start, boost, videochat) or to show the chat in some way (single, t), and name no other chat.
 */
function inside(
  chat: { readonly name: string } | { readonly channel: string },
  path: readonly string[],
  query: URLSearchParams,
): LinkMeaning {
  if (query.has('direct')) return DIRECT;
  if (query.has('story') || /^[sac]$/.test(path[0] ?? '')) return STORY;
  if (query.has('appname')) return APP;
  const [first, second] = path;
  if (path.some((step) => !/^\d+$/.test(step))) return path.length === 1 && 'name' in chat ? APP : UNKNOWN;
  if (path.length > 2) return UNKNOWN;
  const thread = second === undefined ? (query.get('thread') ?? query.get('topic') ?? undefined) : first;
  const message = second ?? first;
  const comment = query.get('comment') ?? undefined;
  if (comment !== undefined && (message === undefined || comment === '')) return COMMENTS;
  return {
    ...chat,
    ...(thread === undefined ? {} : { thread }),
    ...(message === undefined ? {} : { message }),
    ...(comment === undefined ? {} : { comment }),
  };
}

/** Splits path and query; the fragment is not part of a link's meaning. */
function split(rest: string): { readonly steps: readonly string[]; readonly query: URLSearchParams } {
  const [, path = '', query = ''] = /^([^?#]*)(?:\?([^#]*))?/s.exec(rest) ?? [];
  return { steps: path.split('/').filter(Boolean).map(decoded), query: new URLSearchParams(query) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
