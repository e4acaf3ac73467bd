import { Api } from 'telegram/tl/index.js';
import type { FormattedText } from '../document/text.js';
import type { Reduction } from '../losses.js';
import type { Means } from '../recreate/means.js';
import type { ItemsPlan, PlannedMedia, Sent, Skip, Spot, WrittenPlan } from '../recreate/plan.js';
import { recreate } from '../recreate/recreate.js';
import { spotsOf } from '../recreate/spots.js';
import { documentOf } from './document/document.js';
import type { MediaContent } from './media-content.js';
import type { HistoryMessage } from './message.js';
import { type CarriedContent, contentAt } from './spots.js';

export interface TextContent {
  readonly kind: 'text';
  /** The link preview, when the message has one. */
  readonly preview?: Api.MessageMediaWebPage;
}

/** A text in place of a message: a card, or something written as text. */
export interface WrittenContent {
  readonly kind: 'written';
  readonly text: FormattedText;
}

/** Media that a request describes, apart from the files in it. */
export interface PlannedContent {
  readonly kind: 'planned';
  readonly plan: PlannedMedia;
}

/** Headings, tables and the like, with their photos and files. */
export interface RichContent {
  readonly kind: 'rich';
  readonly rich: Api.RichMessage;
}

/** The message as it is, forwarded. */
export interface ForwardContent {
  readonly kind: 'forward';
}

/** What a message itself is sent as. */
type PartsOfMessage = TextContent | MediaContent | PlannedContent | RichContent | ForwardContent;

/** What is sent for a message. Only written texts can stand in for service messages. */
export type Copyable = (
  | (PartsOfMessage & { readonly message: Api.Message })
  | (WrittenContent & { readonly message: HistoryMessage })
) & {
  /** Where the photo or file is, if it isn't the message's own. */
  readonly spot?: Spot;
  /** Where the photos and files are that are sent behind it, in one album with it. */
  readonly more?: readonly Spot[];
  /** The caption, if it isn't the message's own text. */
  readonly caption?: FormattedText;
  /** Further files of the message that are carried over. */
  readonly spots: readonly Spot[];
  /** What the copy lacks, as far as that is known before it is sent, except replies. */
  readonly losses: readonly Reduction[];
};

export type Content = Copyable | Skip;

/** How a message is cloned, or why it is skipped. */
export function contentOf(message: HistoryMessage, means: Means): Content {
  const plan = recreate(documentOf(message), means);
  if (plan.kind === 'skip') return plan;
  const { losses } = plan;
  const spots = spotsOf(plan);
  if (plan.kind === 'written') return { kind: 'written', text: plan.text, message, losses, spots };
  if (!(message instanceof Api.Message)) throw new Error('A service message can only become a text.');
  if (plan.kind === 'items') {
    const { spot, ...first } = itemAt(message, plan.first);
    const { caption, more } = plan;
    return { ...first, ...(spot && { spot }), ...(caption && { caption }), more, losses, spots };
  }
  return { ...partsOf(message, plan), message, losses, spots };
}

function partsOf(message: Api.Message, plan: Exclude<Sent, WrittenPlan | ItemsPlan>): PartsOfMessage {
  const { media, richMessage } = message;
  switch (plan.kind) {
    case 'text':
      return {
        kind: 'text',
        ...(media instanceof Api.MessageMediaWebPage && isShown(message, media) && { preview: media }),
      };
    case 'forward':
      return { kind: 'forward' };
    case 'rich':
      if (!richMessage) throw new Error('A rich message was planned for a message that holds none.');
      return { kind: 'rich', rich: richMessage };
    case 'photo':
    case 'file':
      return fileContent(media);
    default:
      return { kind: 'planned', plan };
  }
}

function itemAt(message: Api.Message, spot: Spot): CarriedContent {
  const item = contentAt(message, spot);
  if (!item) throw new Error('An item was planned for a message that has none.');
  return item;
}

/** Where Telegram has found no page, the copy has no preview either; a link that is the whole message is tried again. */
function isShown({ message }: Api.Message, { webpage }: Api.MessageMediaWebPage): boolean {
  return !message || !(webpage instanceof Api.WebPageEmpty);
}

function fileContent(media: Api.TypeMessageMedia | undefined): MediaContent {
  if (media instanceof Api.MessageMediaPhoto && media.photo instanceof Api.Photo) {
    return { kind: 'photo', media, photo: media.photo };
  }
  if (media instanceof Api.MessageMediaDocument && media.document instanceof Api.Document) {
    return { kind: 'document', media, document: media.document };
  }
  throw new Error('A file was planned for a message that has none.');
}

/** Whether an album can consist of it. */
export function isMedia(content: Content): content is Copyable & MediaContent {
  return content.kind === 'photo' || content.kind === 'document';
}

/** The link of a preview; undefined if Telegram doesn't say. */
export function previewUrl({ webpage }: Api.MessageMediaWebPage): string | undefined {
  return ('url' in webpage && webpage.url) || undefined;
}
