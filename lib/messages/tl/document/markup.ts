import type { Api } from 'telegram/tl/index.js';
import type { ButtonStyle, InlineButton, KeyboardButton, ReplyMarkup } from '../../document/markup.js';
import { inlineActionOf, keyboardActionOf } from './buttons.js';
import { flag, maybe, maybeLong, plain, present } from './fields.js';
import { never } from './unknown.js';

type Markup<Kind> = Extract<ReplyMarkup, { kind: Kind }>;

export function markupOf(markup: Api.TypeReplyMarkup): ReplyMarkup {
  switch (markup.className) {
    case 'ReplyInlineMarkup':
      return present<Markup<'inline'>>({
        kind: 'inline',
        rows: markup.rows.map(({ buttons }) => buttons.map(inlineButtonOf)),
        forceReply: flag(markup.forceReply),
      });
    case 'ReplyKeyboardMarkup':
      return present<Markup<'keyboard'>>({
        kind: 'keyboard',
        rows: markup.rows.map(({ buttons }) => buttons.map(keyboardButtonOf)),
        resize: flag(markup.resize),
        once: flag(markup.singleUse),
        selective: flag(markup.selective),
        persistent: flag(markup.persistent),
        forceReply: flag(markup.forceReply),
        placeholder: plain(markup.placeholder),
      });
    case 'ReplyKeyboardHide':
      return present<Markup<'hide'>>({ kind: 'hide', selective: flag(markup.selective) });
    case 'ReplyKeyboardForceReply':
      return present<Markup<'force_reply'>>({
        kind: 'force_reply',
        once: flag(markup.singleUse),
        selective: flag(markup.selective),
        placeholder: plain(markup.placeholder),
      });
    default:
      return never(markup);
  }
}

function inlineButtonOf({ text, style, type }: Api.TypeKeyboardInlineButton): InlineButton {
  return present<InlineButton>({ text, action: inlineActionOf(type), style: maybe(style, styleOf) });
}

function keyboardButtonOf({ text, style, type }: Api.TypeKeyboardButton): KeyboardButton {
  return present<KeyboardButton>({ text, action: keyboardActionOf(type), style: maybe(style, styleOf) });
}

function styleOf({ bgPrimary, bgDanger, bgSuccess, icon }: Api.TypeKeyboardButtonStyle): ButtonStyle {
  return present<ButtonStyle>({
    color: colorOf({ bgPrimary, bgDanger, bgSuccess }),
    icon: maybeLong(icon),
  });
}

interface ColorFlags {
  readonly bgPrimary?: boolean | undefined;
  readonly bgDanger?: boolean | undefined;
  readonly bgSuccess?: boolean | undefined;
}

/** The colour of a button, here and in rich messages. */
export function colorOf({ bgPrimary, bgDanger, bgSuccess }: ColorFlags): ButtonStyle['color'] {
  if (bgPrimary) return 'primary';
  if (bgDanger) return 'danger';
  return bgSuccess ? 'success' : undefined;
}
