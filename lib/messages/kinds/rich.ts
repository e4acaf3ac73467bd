import type { Reduction } from '../losses.js';
import type { Kind, KindTable } from './kind.js';

function same(sentence: string, ...losses: readonly Reduction[]): Kind {
  return { outcome: 'same', sentence, losses: [...losses, 'rich_layout'] };
}

/** A block of Instant View pages, which no client can put into a message that it sends (td_api, InputPageBlock). */
function article(what: string): Kind {
  return {
    outcome: 'near',
    losses: ['rich_layout'],
    sentence: `${what} of an Instant View page; a message can't have it, so its words become a paragraph.`,
  };
}

/** Text that Telegram marks by itself; a request may not contain the mark. */
function found(what: string): Kind {
  return { outcome: 'same', sentence: `Telegram finds ${what} in the copy's text again.` };
}

/** Of the buttons in a rich message, accounts of people may send these (td_api, inlineButton). */
function button(what: string): Kind {
  return {
    outcome: 'same',
    losses: ['buttons', 'rich_layout'],
    sentence: `${what} that open a link or a profile or copy a text stay; the others need their bot.`,
  };
}

/** Every block of a rich message (PageBlock). */
export const BLOCKS = {
  PageBlockUnsupported: {
    outcome: 'skip',
    losses: ['rich_layout'],
    sentence: 'The block is newer than what Telegram shows to this version of TelePi.',
  },
  PageBlockTitle: article('The title'),
  PageBlockSubtitle: article('The subtitle'),
  PageBlockAuthorDate: article('The author and date'),
  PageBlockHeader: article('A header'),
  PageBlockSubheader: article('A subheader'),
  PageBlockParagraph: same('A paragraph.'),
  PageBlockPreformatted: same('A block of code with its language.'),
  PageBlockFooter: same('A footer.'),
  PageBlockDivider: same('A line between blocks.'),
  PageBlockAnchor: same('A place that a link can lead to.'),
  PageBlockList: same('A list, with its checkboxes.'),
  PageBlockBlockquote: same('A quotation, collapsed or not.'),
  PageBlockPullquote: same('A quotation in the middle of the page.'),
  PageBlockPhoto: same('A photo with its caption.', 'rich_media'),
  PageBlockVideo: same('A video or animation with its caption.', 'rich_media'),
  PageBlockCover: {
    outcome: 'near',
    losses: ['rich_layout', 'rich_media'],
    sentence: 'The cover of an Instant View page; its picture stays.',
  },
  PageBlockEmbed: article('Another page inside the page'),
  PageBlockEmbedPost: article('A post of another network'),
  PageBlockCollage: same('Several photos and videos side by side.'),
  PageBlockSlideshow: same('Photos and videos to leaf through.'),
  PageBlockChannel: article('A link to the channel'),
  PageBlockAudio: same('An audio file or voice message.', 'rich_media'),
  PageBlockKicker: article('The line above the title'),
  PageBlockTable: same('A table with its title, borders and cells.'),
  PageBlockOrderedList: same('A numbered list.'),
  PageBlockDetails: same('A part that opens and closes.'),
  PageBlockRelatedArticles: article('A list of other articles'),
  PageBlockMap: same('A map.'),
  PageBlockHeading1: same('A heading of the first level.'),
  PageBlockHeading2: same('A heading of the second level.'),
  PageBlockHeading3: same('A heading of the third level.'),
  PageBlockHeading4: same('A heading of the fourth level.'),
  PageBlockHeading5: same('A heading of the fifth level.'),
  PageBlockHeading6: same('A heading of the sixth level.'),
  PageBlockMath: same('A formula.'),
  PageBlockThinking: {
    outcome: 'skip',
    sentence: 'It stands only in drafts that a bot is still writing, never in a message.',
  },
  InputPageBlockMap: {
    outcome: 'same',
    sentence: 'The form of a map in a request; no message contains it.',
  },
  PageBlockBlockquoteBlocks: same('A quotation that contains other blocks.'),
  PageBlockButtonRow: button('Buttons'),
  PageBlockDocument: same('A file.', 'rich_media'),
} as const satisfies KindTable;

/** Every format of text in a rich message (RichText). */
export const RICH_TEXTS = {
  TextEmpty: same('No text.'),
  TextPlain: same('Plain text.'),
  TextBold: same('Bold.'),
  TextItalic: same('Italic.'),
  TextUnderline: same('Underlined.'),
  TextStrike: same('Struck through.'),
  TextFixed: same('Monospaced.'),
  TextUrl: same('Words with a link.'),
  TextEmail: same('Words with an e-mail address.'),
  TextConcat: same('Several texts in a row.'),
  TextSubscript: same('Subscript.'),
  TextSuperscript: same('Superscript.'),
  TextMarked: same('Highlighted.'),
  TextPhone: same('Words with a phone number.'),
  TextImage: {
    outcome: 'near',
    losses: ['rich_layout'],
    sentence: "A small picture in the text of an Instant View page; a message can't have it.",
  },
  TextAnchor: same('A place that a link can lead to.'),
  TextMath: same('A formula.'),
  TextCustomEmoji: same('A custom emoji.', 'custom_emoji'),
  TextSpoiler: same('A spoiler.'),
  TextMention: found('an @name'),
  TextHashtag: found('a #hashtag'),
  TextBotCommand: found('a /command'),
  TextCashtag: found('a $cashtag'),
  TextAutoUrl: found('a link'),
  TextAutoEmail: found('an e-mail address'),
  TextAutoPhone: found('a phone number'),
  TextBankCard: found('the number of a bank card'),
  TextMentionName: same('A mention of somebody without an @name.', 'mention'),
  TextDate: same("A date in the reader's own format."),
  TextDiff: {
    outcome: 'near',
    losses: ['entities'],
    sentence: 'A change that the AI editor marks; no request accepts the mark, and the new words stay.',
  },
  TextButton: button('Buttons in the text'),
} as const satisfies KindTable;
