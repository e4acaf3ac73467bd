import type { InlineAction, KeyboardAction, ReplyMarkup, RequestedKind } from '../document/markup.js';
import type { Entity } from '../document/text.js';
import { boolean, byKind, type Check, decimal, integer, list, object, oneOf, string, yes } from './form.js';

/** The form of an entity: lib/messages/document/text.ts. */
export const entityForm: Check = (value, path) => byKind(ENTITIES)(value, path);

/** The form of buttons: lib/messages/document/markup.ts. */
export const markupForm: Check = (value, path) => byKind(MARKUPS)(value, path);

/** One check for each kind of a union; a kind that is missing here doesn't compile. */
type Kinds<T extends { readonly kind: string }> = Readonly<Record<T['kind'], Check>>;

/** An object with its kind and these fields. */
function kind(must: Readonly<Record<string, Check>> = {}, may: Readonly<Record<string, Check>> = {}): Check {
  return object({ kind: string, ...must }, may);
}

const unknown = kind({ id: string, tl: string }, { name: string });

const span = { offset: integer(0), length: integer(1) };
const plain = kind(span);

const ENTITIES: Kinds<Entity> = {
  bold: plain,
  italic: plain,
  underline: plain,
  strikethrough: plain,
  spoiler: plain,
  code: plain,
  mention: plain,
  hashtag: plain,
  cashtag: plain,
  bot_command: plain,
  link: plain,
  email: plain,
  phone: plain,
  bank_card: plain,
  diff_insert: plain,
  diff_delete: plain,
  pre: kind({ ...span, language: string }),
  blockquote: kind(span, { collapsed: yes }),
  text_link: kind({ ...span, url: string }),
  mention_name: kind({ ...span, user: integer() }),
  custom_emoji: kind({ ...span, emoji: decimal }),
  date: kind(
    { ...span, date: integer() },
    { relative: yes, shortTime: yes, longTime: yes, shortDate: yes, longDate: yes, dayOfWeek: yes },
  ),
  diff_replace: kind({ ...span, oldText: string }),
  unknown: kind({ ...span, id: string, tl: string }, { name: string }),
};

const INLINE_ACTIONS: Kinds<InlineAction> = {
  url: kind({ url: string }),
  login: kind({ url: string }, { button: integer(), forwardText: string, bot: integer(), writeAccess: yes }),
  web_app: kind({ url: string }),
  callback: kind({ data: string }, { password: yes }),
  game: kind(),
  buy: kind(),
  switch_inline: kind(
    { query: string },
    {
      samePeer: yes,
      peers: list((value, path) => {
        if (typeof value === 'string')
          oneOf(['same_bot', 'user', 'bot', 'group', 'supergroup', 'channel'])(value, path);
        else byKind({ unknown })(value, path);
      }),
    },
  ),
  user: kind({}, { user: integer() }),
  copy: kind({ text: string }),
  disabled: kind(),
  unknown,
};

const REQUESTED: Kinds<RequestedKind> = {
  user: kind({}, { bot: boolean, premium: boolean }),
  group: kind(
    {},
    {
      creator: yes,
      botIsMember: yes,
      hasUsername: boolean,
      forum: boolean,
      userRights: list(string),
      botRights: list(string),
    },
  ),
  channel: kind(
    {},
    { creator: yes, hasUsername: boolean, userRights: list(string), botRights: list(string) },
  ),
  new_bot: kind({}, { managed: yes, name: string, username: string }),
  unknown,
};

const KEYBOARD_ACTIONS: Kinds<KeyboardAction> = {
  text: kind(),
  request_phone: kind(),
  request_location: kind(),
  request_poll: kind({}, { quiz: boolean }),
  request_peer: kind(
    { button: integer(), most: integer(), peer: byKind(REQUESTED) },
    { wants: list(oneOf(['name', 'username', 'photo'])) },
  ),
  web_app: kind({ url: string }),
  unknown,
};

const style = object({}, { color: oneOf(['primary', 'danger', 'success']), icon: decimal });

function rows(action: Check): Check {
  return list(list(object({ text: string, action }, { style })));
}

const MARKUPS: Kinds<ReplyMarkup> = {
  inline: kind({ rows: rows(byKind(INLINE_ACTIONS)) }, { forceReply: yes }),
  keyboard: kind(
    { rows: rows(byKind(KEYBOARD_ACTIONS)) },
    { resize: yes, once: yes, selective: yes, persistent: yes, forceReply: yes, placeholder: string },
  ),
  hide: kind({}, { selective: yes }),
  force_reply: kind({}, { once: yes, selective: yes, placeholder: string }),
  unknown,
};
