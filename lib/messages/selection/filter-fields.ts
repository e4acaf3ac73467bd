import { shownId } from '../../base/source-ids.js';
import type { MessageDocument, PostDocument } from '../document/document.js';
import { isStored } from '../document/file.js';
import type { Media } from '../document/media.js';
import { extensionOf, filesOf, sizeOf } from './files.js';
import { kindOf } from './kinds.js';

/** A type of CEL. Dates are timestamps, whole numbers int. */
export type FieldType = 'int' | 'double' | 'bool' | 'string' | 'list<string>' | 'google.protobuf.Timestamp';

interface Field {
  readonly type: FieldType;
  /** One clause for people. */
  readonly about: string;
  /** The value in a post; a field that doesn't apply is 0, false, an empty text or the beginning of 1970. */
  readonly of: (post: PostDocument, whole: readonly MessageDocument[]) => unknown;
}

const DATE = 'google.protobuf.Timestamp';

/**
 * The fields that an expression of `--filter` may use, by name. The names are those of the document
 * (lib/messages/document); `kind`, `size`, `name` and the like are what the other flags of a selection look at.
 * README.md lists them: `npm run losses-doc`.
 */
export const FILTER_FIELDS = {
  id: int("the id, negative before a group's upgrade", ({ id }) => shownId(id)),
  date: { type: DATE, about: 'when it was sent', of: ({ date }) => moment(date) },
  editDate: { type: DATE, about: 'when it was last edited', of: ({ editDate }) => moment(editDate) },
  kind: text('the kind, as `--kind` names it', kindOf),
  text: text('the text or caption', (post) => post.text),
  albumText: text('the captions of the whole album, a line each', (_, whole) => textOf(whole)),
  album: text('the id that the items of an album share', ({ album }) => album),
  author: int('the id of its sender', ({ author }) => author),
  signature: text("who signed a channel's post", ({ signature }) => signature),
  viaBot: int('the id of the bot through which it was sent', ({ viaBot }) => viaBot),
  topic: int('the id of its topic', ({ topic }) => topic),
  replyTo: int('the id of the message that it answers', ({ reply }) =>
    reply?.kind === 'message' && reply.id !== undefined ? shownId(reply.id) : 0,
  ),
  forwarded: bool('it was forwarded', ({ forward }) => forward),
  forwardedFrom: int("the id of the original's author", ({ forward }) => forward?.from),
  forwardDate: {
    type: DATE,
    about: 'when the original was sent',
    of: ({ forward }) => moment(forward?.date),
  },
  size: int('bytes of its files', sizeOf),
  name: text('the name of its file', (post) => filesOf(post)[0]?.name),
  ext: text('the ending of the name, as `--ext` compares it', (post) => filesOf(post).map(extensionOf)[0]),
  mime: text('the type of its file, such as `image/jpeg`', (post) => filesOf(post)[0]?.mime),
  duration: {
    type: 'double',
    about: 'seconds of a video, audio or voice message',
    of: ({ media }) => factsOf(media).duration ?? 0,
  },
  width: int('pixels of a picture or video', ({ media }) => factsOf(media).width),
  height: int('pixels of a picture or video', ({ media }) => factsOf(media).height),
  views: int('how often it was seen', ({ views }) => views),
  forwards: int('how often it was forwarded', ({ forwards }) => forwards),
  comments: int('comments or answers below it', ({ comments }) => comments?.count),
  reactions: int('reactions to it', ({ reactions }) =>
    reactions?.counts.reduce((sum, { count }) => sum + count, 0),
  ),
  hashtags: list('its hashtags in lower case, with their #', (post) => pieces(post, 'hashtag')),
  mentions: list('the @names in it in lower case', (post) => pieces(post, 'mention')),
  links: list('the addresses of its links', linksOf),
  entities: list('the kinds of its formatting, such as `bold`', (post) =>
    post.entities.map(({ kind }) => kind),
  ),
  out: bool('this account sent it', ({ flags }) => flags.out),
  pinned: bool('it is pinned', ({ flags }) => flags.pinned),
  silent: bool('it was sent without a sound', ({ flags }) => flags.silent),
  protected: bool('its sender forbids saving it', ({ flags }) => flags.noForwards),
  spoiler: bool(
    'its picture or video is hidden at first',
    ({ media }) => media && 'spoiler' in media && media.spoiler,
  ),
  buttons: bool('it has buttons below it', ({ markup }) => markup?.kind === 'inline'),
} as const satisfies Readonly<Record<string, Field>>;

/** The values of all fields in a message; `whole` is its album, or the message alone. */
export function fieldsOf(
  document: MessageDocument,
  whole: readonly MessageDocument[],
): Readonly<Record<string, unknown>> {
  const post = document.kind === 'message' ? document : emptyPost(document);
  const values = Object.entries<Field>(FILTER_FIELDS).map(([name, { of }]) => [name, of(post, whole)]);
  return Object.fromEntries([...values, ['kind', kindOf(document)]]);
}

/** The texts of an album's items, a line each. */
export function textOf(whole: readonly MessageDocument[]): string {
  return whole
    .flatMap((document) => (document.kind === 'message' && document.text !== '' ? [document.text] : []))
    .join('\n');
}

function int(about: string, of: (post: PostDocument) => number | undefined): Field {
  return { type: 'int', about, of: (post) => BigInt(Math.trunc(of(post) ?? 0)) };
}

function text(
  about: string,
  of: (post: PostDocument, whole: readonly MessageDocument[]) => string | undefined,
): Field {
  return { type: 'string', about, of: (post, whole) => of(post, whole) ?? '' };
}

function bool(about: string, of: (post: PostDocument) => unknown): Field {
  return { type: 'bool', about, of: (post) => Boolean(of(post)) };
}

function list(about: string, of: (post: PostDocument) => readonly string[]): Field {
  return { type: 'list<string>', about, of: (post) => [...of(post)] };
}

function moment(seconds = 0): Date {
  return new Date(seconds * 1000);
}

/** What other documents than posts have of a post. */
function emptyPost(document: Exclude<MessageDocument, PostDocument>): PostDocument {
  const dated = document.kind === 'service' ? document : { chat: document.chat ?? 0, date: 0 };
  const flags = document.kind === 'service' ? { out: document.flags.out, silent: document.flags.silent } : {};
  const { version, id } = document;
  return { ...dated, version, id, kind: 'message', text: '', entities: [], flags } as PostDocument;
}

interface Facts {
  readonly duration?: number;
  readonly width?: number;
  readonly height?: number;
}

function factsOf(media: Media | undefined): Facts {
  if (!media) return {};
  if (media.kind === 'photo' && 'photo' in media && isStored(media.photo)) {
    const sizes = media.photo.sizes.flatMap((size) => ('width' in size ? [size] : []));
    return sizes.reduce<Facts>((best, size) => (size.width > (best.width ?? 0) ? size : best), {});
  }
  if (!('file' in media) || !isStored(media.file)) return {};
  const { video, audio, image } = media.file;
  return { ...image, ...video, ...(audio && { duration: audio.duration }) };
}

function pieces({ text: whole, entities }: PostDocument, kind: 'hashtag' | 'mention'): string[] {
  return entities
    .filter((entity) => entity.kind === kind)
    .flatMap((entity) =>
      'offset' in entity ? [whole.slice(entity.offset, entity.offset + entity.length).toLowerCase()] : [],
    );
}

function linksOf({ text: whole, entities }: PostDocument): string[] {
  return entities.flatMap((entity) => {
    if (entity.kind === 'text_link') return [entity.url];
    return entity.kind === 'link' ? [whole.slice(entity.offset, entity.offset + entity.length)] : [];
  });
}
