import type { Api } from 'telegram/tl/index.js';
import type { Kind } from '../kinds/kind.js';
import { KINDS } from '../kinds/table.js';

/** The constructors that the library knows of each type in the table. */
interface Constructors {
  readonly Message: Api.TypeMessage;
  readonly MessageMedia: Api.TypeMessageMedia;
  readonly MessageExtendedMedia: Api.TypeMessageExtendedMedia;
  readonly DocumentAttribute: Api.TypeDocumentAttribute;
  readonly MessageEntity: Api.TypeMessageEntity;
  readonly WebPageAttribute: Api.TypeWebPageAttribute;
  readonly MessageReplyHeader: Api.TypeMessageReplyHeader;
  readonly MessageFwdHeader: Api.TypeMessageFwdHeader;
  readonly ReplyMarkup: Api.TypeReplyMarkup;
  readonly KeyboardInlineButtonRow: Api.TypeKeyboardInlineButtonRow;
  readonly KeyboardInlineButton: Api.TypeKeyboardInlineButton;
  readonly InlineButtonType: Api.TypeInlineButtonType;
  readonly KeyboardButtonRow: Api.TypeKeyboardButtonRow;
  readonly KeyboardButton: Api.TypeKeyboardButton;
  readonly ButtonType: Api.TypeButtonType;
  readonly KeyboardButtonStyle: Api.TypeKeyboardButtonStyle;
  readonly PageBlock: Api.TypePageBlock;
  readonly RichText: Api.TypeRichText;
  readonly MediaArea: Api.TypeMediaArea;
  readonly MessageAction: Api.TypeMessageAction;
  readonly InputMedia: Api.TypeInputMedia;
}

type Names<Type extends keyof Constructors> = Constructors[Type]['className'];

/** A row for each constructor; a row for anything else would have to be of the type `never`. */
type Complete = {
  readonly [Type in keyof Constructors]: Readonly<
    Record<Names<Type>, Kind> & Record<Exclude<keyof (typeof KINDS)[Type], Names<Type>>, never>
  >;
};

/**
 * The table of kinds, complete for the library's layer: when a new version of the library brings a constructor that the
 * table lacks, or drops one that it has, this line does not compile.
 */
export const COMPLETE_KINDS: Complete &
  Readonly<Record<Exclude<keyof typeof KINDS, keyof Constructors>, never>> = KINDS;
