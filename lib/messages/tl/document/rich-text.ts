import type { Api } from 'telegram/tl/index.js';
import type { RichButton, RichStyle, RichText } from '../../document/rich-text.js';
import { inlineActionOf } from './buttons.js';
import { long, type Maybe, present, user } from './fields.js';
import { colorOf } from './markup.js';
import { dateStyle } from './text.js';
import { type Readers, readBy } from './unknown.js';

/** A text of a rich message or instant view. */
export function richTextOf(text: Api.TypeRichText): RichText {
  return readBy(TEXTS, text);
}

/** A button, between texts or in a row of its own. */
export function richButtonOf({ text, type, style }: RichButtonFields): RichButton {
  return present<RichButton>({
    content: richTextOf(text),
    action: inlineActionOf(type),
    style: style == null ? undefined : (colorOf(style) ?? (style.link ? 'link' : undefined)),
  });
}

interface RichButtonFields {
  readonly text: Api.TypeRichText;
  readonly type: Api.TypeInlineButtonType;
  readonly style?: Maybe<Api.TypeRichButtonStyle>;
}

const styled =
  (kind: RichStyle) =>
  ({ text }: { readonly text: Api.TypeRichText }): RichText => ({ kind, content: richTextOf(text) });

const TEXTS: Readers<Api.TypeRichText, RichText> = {
  TextEmpty: () => ({ kind: 'empty' }),
  TextPlain: ({ text }) => ({ kind: 'plain', text }),
  TextConcat: ({ texts }) => ({ kind: 'concat', parts: texts.map(richTextOf) }),
  TextBold: styled('bold'),
  TextItalic: styled('italic'),
  TextUnderline: styled('underline'),
  TextStrike: styled('strikethrough'),
  TextFixed: styled('code'),
  TextSubscript: styled('subscript'),
  TextSuperscript: styled('superscript'),
  TextMarked: styled('marked'),
  TextSpoiler: styled('spoiler'),
  TextMention: styled('mention'),
  TextHashtag: styled('hashtag'),
  TextCashtag: styled('cashtag'),
  TextBotCommand: styled('bot_command'),
  TextAutoUrl: styled('link'),
  TextAutoEmail: styled('email'),
  TextAutoPhone: styled('phone'),
  TextBankCard: styled('bank_card'),
  TextUrl: ({ text, url, webpageId }) => ({
    kind: 'text_link',
    content: richTextOf(text),
    url,
    page: long(webpageId),
  }),
  TextEmail: ({ text, email }) => ({ kind: 'text_email', content: richTextOf(text), email }),
  TextPhone: ({ text, phone }) => ({ kind: 'text_phone', content: richTextOf(text), phone }),
  TextAnchor: ({ text, name }) => ({ kind: 'anchor', content: richTextOf(text), name }),
  TextMentionName: ({ text, userId }) => ({
    kind: 'mention_name',
    content: richTextOf(text),
    user: user(userId),
  }),
  TextImage: ({ documentId, w, h }) => ({ kind: 'image', file: long(documentId), width: w, height: h }),
  TextMath: ({ source }) => ({ kind: 'math', source }),
  TextCustomEmoji: ({ documentId, alt }) => ({ kind: 'custom_emoji', emoji: long(documentId), alt }),
  TextDate: (text) => ({
    kind: 'date',
    content: richTextOf(text.text),
    date: text.date,
    ...dateStyle(text),
  }),
  TextDiff: ({ text, oldText }) => ({ kind: 'diff', content: richTextOf(text), old: richTextOf(oldText) }),
  TextButton: (button) => ({ kind: 'button', ...richButtonOf(button) }),
};
