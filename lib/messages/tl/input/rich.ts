import { Api } from 'telegram/tl/index.js';
import type { Block } from '../../document/rich-page.js';
import { flattenBlock } from '../../recreate/flatten.js';
import { ARTICLE_BLOCKS, isSendable } from '../../recreate/rich.js';
import { inlineActionOf } from '../document/buttons.js';
import { richPageOf } from '../document/rich-page.js';

/** What a rich message refers to in the target, by the ids that the source's message has for it. */
export interface RichReferences {
  /** A photo or file that has been carried over; undefined if it couldn't be. */
  readonly photo: (id: string) => Api.TypeInputPhoto | undefined;
  readonly file: (id: string) => Api.TypeInputDocument | undefined;
  /** Somebody as this account may refer to them; undefined for somebody it hasn't met. */
  readonly user: (id: string) => Api.TypeInputUser | undefined;
}

/**
 * A rich message as it is sent again (inputRichMessage). What a request may not contain becomes something near: blocks of
 * web pages become paragraphs, what the server finds in a text by itself is left to it, and a picture that couldn't be
 * carried over leaves its caption.
 */
export function richInput(
  { blocks, rtl }: Pick<Api.RichMessage, 'blocks' | 'rtl'>,
  references: RichReferences,
): Api.InputRichMessage {
  const writer = new RichWriter(references);
  const written = blocks.flatMap((block) => writer.block(block));
  const { photos, documents, users } = writer;
  return new Api.InputRichMessage({
    ...(rtl && { rtl }),
    blocks: written,
    ...(photos.size > 0 && { photos: [...photos.values()] }),
    ...(documents.size > 0 && { documents: [...documents.values()] }),
    ...(users.size > 0 && { users: [...users.values()] }),
  });
}

/** Everybody whom a rich message names, by id. */
export function usersIn({ blocks }: Pick<Api.RichMessage, 'blocks'>): Set<string> {
  const named = new Set<string>();
  const user = (id: string): undefined => {
    named.add(id);
  };
  richInput({ blocks }, { user, photo: () => undefined, file: () => undefined });
  return named;
}

/** An object of TL with what it was made of. */
interface Made {
  readonly className: string;
  readonly originalArgs: Readonly<Record<string, unknown>>;
}

class RichWriter {
  readonly photos = new Map<string, Api.TypeInputPhoto>();
  readonly documents = new Map<string, Api.TypeInputDocument>();
  readonly users = new Map<string, Api.TypeInputUser>();
  readonly #references: RichReferences;

  constructor(references: RichReferences) {
    this.#references = references;
  }

  /** The block as it is sent: none when nothing is left of it. */
  block(block: Api.TypePageBlock): Api.TypePageBlock[] {
    const [read] = richPageOf({ blocks: [block], photos: [], documents: [] }).blocks;
    if (!read || read.kind === 'unknown' || read.kind === 'thinking') return [];
    if (block instanceof Api.PageBlockCover) return this.block(block.cover);
    if (ARTICLE_BLOCKS.some((kind) => kind === read.kind)) return paragraph(read);
    switch (block.className) {
      case 'PageBlockPhoto':
        return this.#named(this.#photo(block.photoId), block, read, (photoId) => ({ photoId }));
      case 'PageBlockVideo':
        return this.#named(this.#file(block.videoId), block, read, (videoId) => ({ videoId }));
      case 'PageBlockAudio':
        return this.#named(this.#file(block.audioId), block, read, (audioId) => ({ audioId }));
      case 'PageBlockDocument':
        return this.#named(this.#file(block.documentId), block, read, (documentId) => ({ documentId }));
      case 'PageBlockMap':
        return this.#map(block);
      case 'PageBlockButtonRow': {
        const buttons = block.buttons.filter((button) => this.#isSendable(button));
        return buttons.length === 0 ? [] : [this.#again(block, { buttons: this.#written(buttons) })];
      }
      default:
        return [this.#again(block)];
    }
  }

  /** A block with the id that its file has in the target, or its caption alone. */
  #named<Id>(
    id: Id | undefined,
    block: Api.TypePageBlock,
    read: Block,
    field: (id: Id) => Readonly<Record<string, unknown>>,
  ): Api.TypePageBlock[] {
    return id === undefined ? paragraph(read) : [this.#again(block, field(id))];
  }

  #photo(id: Api.PageBlockPhoto['photoId']): Api.InputPhoto['id'] | undefined {
    const photo = this.#references.photo(String(id));
    if (!(photo instanceof Api.InputPhoto)) return undefined;
    this.photos.set(String(id), photo);
    return photo.id;
  }

  #file(id: Api.PageBlockVideo['videoId']): Api.InputDocument['id'] | undefined {
    const file = this.#references.file(String(id));
    if (!(file instanceof Api.InputDocument)) return undefined;
    this.documents.set(String(id), file);
    return file.id;
  }

  #map({ geo, zoom, w, h, caption }: Api.PageBlockMap): Api.TypePageBlock[] {
    if (!(geo instanceof Api.GeoPoint)) return [];
    const { lat, long, accuracyRadius } = geo;
    const point = new Api.InputGeoPoint({ lat, long, ...(accuracyRadius && { accuracyRadius }) });
    return [new Api.InputPageBlockMap({ geo: point, zoom, w, h, caption: this.#written(caption) })];
  }

  #text(text: Api.TypeRichText): Api.TypeRichText {
    switch (text.className) {
      case 'TextMention':
      case 'TextHashtag':
      case 'TextBotCommand':
      case 'TextCashtag':
      case 'TextAutoUrl':
      case 'TextAutoEmail':
      case 'TextAutoPhone':
      case 'TextBankCard':
      case 'TextDiff':
        return this.#text(text.text);
      case 'TextImage':
        return new Api.TextEmpty();
      case 'TextMentionName':
        return this.#user(text.userId) ? this.#again(text) : this.#text(text.text);
      case 'TextButton':
        return this.#isSendable(text) ? this.#again(text) : this.#text(text.text);
      default:
        return this.#again(text);
    }
  }

  #user(id: Api.TextMentionName['userId']): Api.TypeInputUser | undefined {
    const user = this.#references.user(String(id));
    if (user) this.users.set(String(id), user);
    return user;
  }

  /** A button that leads to somebody is sent as long as this account may refer to them. */
  #isSendable({ type }: { readonly type: Api.TypeInlineButtonType }): boolean {
    if (!isSendable({ action: inlineActionOf(type) })) return false;
    return !(type instanceof Api.InlineButtonTypeUserProfile) || this.#user(type.userId) !== undefined;
  }

  /** The same object, with what is inside it as it is sent. */
  #again<T extends { readonly className: string }>(
    object: T,
    changed: Readonly<Record<string, unknown>> = {},
  ): T {
    const { className, originalArgs } = object as unknown as Made;
    const fields = Object.entries(originalArgs)
      .filter(([name]) => name !== 'flags')
      .map(([name, value]) => [name, name in changed ? changed[name] : this.#written(value)]);
    const make = Api[className as 'TextPlain'] as unknown as new (fields: object) => T;
    return new make(Object.fromEntries(fields));
  }

  // biome-ignore lint/suspicious/noExplicitAny: what is written again keeps its type
  #written(value: any): any {
    if (Array.isArray(value)) return value.flatMap((each) => this.#written(each));
    if (typeof value !== 'object' || value === null || !('className' in value)) return value;
    if (value instanceof Api.InlineButtonTypeUserProfile) {
      const userId = this.#user(value.userId);
      return userId ? new Api.InputInlineButtonTypeUserProfile({ userId }) : value;
    }
    const name: string = value.className;
    if (name.startsWith('PageBlock')) return this.block(value);
    return name.startsWith('Text') ? this.#text(value) : this.#again(value);
  }
}

/** What a block says, as a paragraph. */
function paragraph(read: Block): Api.TypePageBlock[] {
  const { text } = flattenBlock(read);
  return text === '' ? [] : [new Api.PageBlockParagraph({ text: new Api.TextPlain({ text }) })];
}
