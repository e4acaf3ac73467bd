import type { InlineAction } from '../../../messages/document/markup.js';
import type { RichButton, RichStyle, RichText } from '../../../messages/document/rich-text.js';
import type { DateStyle } from '../../../messages/document/text.js';
import type { JsonObject } from '../json.js';
import type { OfKind } from '../of-kind.js';
import type { RichScene } from './rich-scene.js';

/** A text of a rich message: a tree. Ids are texts here, and every flag is written. */
export function richText(text: RichText, rich: RichScene): JsonObject {
  const write = TEXTS[text.kind] as (text: RichText, rich: RichScene) => JsonObject;
  return write(text, rich);
}

type Writer<Kind> = (text: OfKind<RichText, Kind>, rich: RichScene) => JsonObject;

function styled({ kind, content }: OfKind<RichText, RichStyle>, rich: RichScene): JsonObject {
  return { type: kind, text: richText(content, rich) };
}

/** How each kind is written; a kind that is missing doesn't compile. */
const TEXTS: { readonly [Kind in RichText['kind']]: Writer<Kind> } = {
  empty: () => ({ type: 'empty' }),
  plain: ({ text }) => ({ type: 'plain', text }),
  concat: ({ parts }, rich) => ({ type: 'concat', text: parts.map((part) => richText(part, rich)) }),
  bold: styled,
  italic: styled,
  underline: styled,
  strikethrough: styled,
  spoiler: styled,
  code: styled,
  subscript: styled,
  superscript: styled,
  marked: styled,
  mention: styled,
  hashtag: styled,
  cashtag: styled,
  bot_command: styled,
  link: styled,
  email: styled,
  phone: styled,
  bank_card: styled,
  text_link: ({ url, page, content }, rich) => ({
    type: 'text_link',
    href: url,
    webpage_id: page === '0' ? undefined : page,
    text: richText(content, rich),
  }),
  text_email: ({ email, content }, rich) => ({ type: 'email', email, text: richText(content, rich) }),
  text_phone: ({ phone, content }, rich) => ({ type: 'phone', phone, text: richText(content, rich) }),
  anchor: ({ name, content }, rich) => ({ type: 'anchor', name, text: richText(content, rich) }),
  mention_name: ({ user, content }, rich) => ({
    type: 'mention_name',
    user_id: String(user),
    text: richText(content, rich),
  }),
  image: ({ file, width, height }, rich) => ({
    type: 'inline_image',
    document_id: file,
    ...rich.fileKeys(file),
    width,
    height,
  }),
  math: ({ source }) => ({ type: 'math', source }),
  custom_emoji: ({ emoji, alt }) => ({ type: 'custom_emoji', text: alt, document_id: emoji }),
  date: ({ content, date, ...style }, rich) => ({
    type: 'formatted_date',
    text: richText(content, rich),
    date: rich.scene.time.iso(date),
    date_unixtime: String(date),
    ...dateStyle(style),
  }),
  diff: ({ content, old }, rich) => ({
    type: 'diff',
    unsupported: true,
    text: richText(content, rich),
    old_text: richText(old, rich),
  }),
  button: (button, rich) => ({ type: 'button', ...richButton(button, rich) }),
  unknown: () => ({ type: 'unknown', unsupported: true }),
};

function dateStyle(style: DateStyle): JsonObject {
  return {
    relative: style.relative === true,
    short_time: style.shortTime === true,
    long_time: style.longTime === true,
    short_date: style.shortDate === true,
    long_date: style.longDate === true,
    day_of_week: style.dayOfWeek === true,
  };
}

export function richButton({ content, action, style }: RichButton, rich: RichScene): JsonObject {
  const write = BUTTONS[action.kind] as (action: InlineAction, rich: RichScene) => JsonObject;
  return { text: richText(content, rich), button: write(action, rich), style };
}

const BUTTONS: {
  readonly [Kind in InlineAction['kind']]: (
    action: OfKind<InlineAction, Kind>,
    rich: RichScene,
  ) => JsonObject;
} = {
  url: ({ url }) => ({ type: 'url', url }),
  login: ({ url, forwardText, button }) => ({
    type: 'auth',
    url,
    forward_text: forwardText,
    button_id: button === undefined ? undefined : String(button),
  }),
  web_app: ({ url }) => ({ type: 'web_view', url }),
  callback: ({ data, password }) => ({
    type: 'callback',
    requires_password: password === true,
    dataBase64: Buffer.from(data, 'base64').toString('base64url'),
    data: '',
  }),
  game: () => ({ type: 'game' }),
  buy: () => ({ type: 'buy' }),
  switch_inline: ({ query, samePeer, peers }) => ({
    type: 'switch_inline',
    query,
    same_peer: samePeer === true,
    peer_types: peers?.filter((each) => typeof each === 'string'),
  }),
  user: ({ user }, { scene }) => ({ type: 'user_profile', user_id: String(user ?? scene.self) }),
  copy: ({ text }) => ({ type: 'copy_text', copy_text: text }),
  disabled: () => ({ type: 'disabled' }),
  unknown: () => ({ type: 'default' }),
};
