/** A chat as links name it. */
export type LinkedChat = { readonly username: string } | { readonly channel: string };

/** A link to a message (core.telegram.org/api/links#message-links). */
export interface MessageLink {
  /** `channel` is a bare id, without -100. */
  readonly chat: LinkedChat;
  readonly message: number;
  /** The root of the topic or thread in which it is shown. */
  readonly thread?: number;
  /** A comment below the post, by its id in the discussion group. */
  readonly comment?: number;
}

/** A link as it was written, so that another message's link can be written in the same way. */
export interface WrittenLink extends MessageLink {
  readonly form: LinkForm;
}

interface LinkForm {
  readonly way: 'web' | 'app';
  /** `https://`, `http://` or nothing. */
  readonly scheme: string;
  readonly host: string;
  /** Whether the thread stood in the path, as topics do, and not in `?thread=`. */
  readonly threadInPath: boolean;
  /** The parameters that say how the message is shown: `single`, `t` (a moment of a video). */
  readonly rest: readonly (readonly [name: string, value: string])[];
}

/** Reads a link to a message; undefined for any other text. */
export function readMessageLink(url: string): WrittenLink | undefined {
  const [, scheme = '', host = '', path = '', query = ''] = WEB.exec(url) ?? [];
  if (host !== '') return webLink({ scheme, host, path, query });
  const [, action = '', appQuery = ''] = APP.exec(url) ?? [];
  if (action === '') return undefined;
  const given = new URLSearchParams(appQuery);
  const chat = chatNamed(
    action.toLowerCase() === 'privatepost' ? { id: given.get('channel') } : { name: given.get('domain') },
  );
  return linkOf(chat, given.get('post'), undefined, { way: 'app', scheme: '', host: '', query: given });
}

/** Writes `link` in the form of another: on the web or for the app, with or without its scheme and host. */
export function writeMessageLink({ chat, message, thread, comment }: MessageLink, form: LinkForm): string {
  const query = new URLSearchParams();
  if (form.way === 'app') {
    if ('channel' in chat) query.set('channel', chat.channel);
    else query.set('domain', chat.username);
    query.set('post', String(message));
  }
  const inPath = form.way === 'web' && form.threadInPath && thread !== undefined;
  if (thread !== undefined && !inPath) query.set('thread', String(thread));
  if (comment !== undefined) query.set('comment', String(comment));
  for (const [name, value] of form.rest) query.set(name, value);
  // A flag such as `single` has no value.
  const rest = query.toString().replace(/=(?=&|$)/g, '');
  if (form.way === 'app') return `tg://${'channel' in chat ? 'privatepost' : 'resolve'}?${rest}`;
  const place = 'channel' in chat ? `c/${chat.channel}` : chat.username;
  const path = [place, ...(inPath ? [thread] : []), message].join('/');
  return `${form.scheme}${form.host}/${path}${rest === '' ? '' : `?${rest}`}`;
}

const HOSTS = 't\\.me|telegram\\.me|telegram\\.dog';
const WEB = new RegExp(
  `^(https?://)?(?:www\\.)?((?:\\w+\\.)?(?:${HOSTS}))/([^?#]*)(?:\\?([^#]*))?(?:#.*)?$`,
  'i',
);
const APP = /^tg:(?:\/\/)?(resolve|privatepost)\?([^#]*)/i;
const USERNAME = /^[a-z]\w{3,31}$/i;
/** First words of paths that lead elsewhere, though a number may follow. */
const ELSEWHERE =
  /^(?:add(?:emoji|list|stickers|theme)|auction|bg|boost|call|confirmphone|contact|giftcode|invoice|iv|joinchat|login|msg|nft|proxy|setlanguage|share|socks|stars|web)$/i;

interface WebParts {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

function webLink({ scheme, host, path, query }: WebParts): WrittenLink | undefined {
  const [base = '', owner] = host.split('.').slice(-2).join('.') === host ? [host] : ownedHost(host);
  const words = [...(owner === undefined ? [] : [owner]), ...path.split('/').filter((word) => word !== '')];
  const isPrivate = words[0]?.toLowerCase() === 'c' && owner === undefined;
  // t.me/s/name/1 is the preview of t.me/name/1.
  if (isPrivate || (words[0]?.toLowerCase() === 's' && owner === undefined)) words.shift();
  const [name, ...numbers] = words;
  if (name === undefined || numbers.length === 0 || numbers.length > 2) return undefined;
  const chat = chatNamed(isPrivate ? { id: name } : { name });
  return linkOf(chat, numbers.at(-1), numbers.length === 2 ? numbers[0] : undefined, {
    way: 'web',
    scheme,
    host: base,
    query: new URLSearchParams(query),
  });
}

/** name.t.me is t.me/name. */
function ownedHost(host: string): [string, string] {
  const [owner = '', ...rest] = host.split('.');
  return [rest.join('.'), owner];
}

function chatNamed({
  id,
  name,
}: {
  readonly id?: string | null;
  readonly name?: string | null;
}): LinkedChat | undefined {
  if (id && /^\d{1,19}$/.test(id)) return { channel: id };
  return name && USERNAME.test(name) && !ELSEWHERE.test(name) ? { username: name } : undefined;
}

function linkOf(
  chat: LinkedChat | undefined,
  message: string | null | undefined,
  threadInPath: string | undefined,
  { query, ...form }: Pick<LinkForm, 'way' | 'scheme' | 'host'> & { readonly query: URLSearchParams },
): WrittenLink | undefined {
  const id = numberOf(message);
  const thread = numberOf(threadInPath ?? query.get('thread'));
  const comment = numberOf(query.get('comment'));
  if (!chat || id === undefined || (threadInPath !== undefined && thread === undefined)) return undefined;
  return {
    chat,
    message: id,
    ...(thread !== undefined && { thread }),
    ...(comment !== undefined && { comment }),
    form: {
      ...form,
      threadInPath: threadInPath !== undefined,
      rest: [...query].filter(([name]) => name === 'single' || name === 't'),
    },
  };
}

/** Ids of messages are positive 32-bit numbers. */
function numberOf(text: string | null | undefined): number | undefined {
  if (!text || !/^\d{1,10}$/.test(text)) return undefined;
  const number = Number(text);
  return number > 0 && number < 2 ** 31 ? number : undefined;
}
