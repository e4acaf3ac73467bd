import { UsageError } from '../../base/errors.js';
import type { MessageDocument } from '../../messages/document/document.js';
import { filesOf, hasExtension } from '../../messages/selection/files.js';
import { kindOf } from '../../messages/selection/kinds.js';
import type { Selection } from '../../messages/selection/selection.js';

type MediaType = 'photo' | 'video' | 'document';

/** The words of `--media-type`, as the older downloader knows them, and what each stands for; undefined: everything. */
const MEDIA_TYPES: Readonly<Record<string, readonly MediaType[] | undefined>> = {
  photo: ['photo'],
  video: ['video'],
  document: ['document'],
  both: ['photo', 'video'],
  all: undefined,
};

/** What `--media-type` asks for. */
export interface MediaTypes {
  /** Undefined: everything that has a file. */
  readonly types: readonly MediaType[] | undefined;
  /** Endings, in lower case, that files must have which are neither photos nor videos. */
  readonly extensions: ReadonlySet<string> | undefined;
}

/**
 * Reads `--media-type`: words with commas between them.
 * @throws UsageError BAD_SETTING
 */
export function readMediaTypes(text: string): MediaTypes['types'] {
  const words = text.split(',').map((word) => word.trim().toLowerCase().replace(/s$/, ''));
  const types = words.map((word) => {
    if (Object.hasOwn(MEDIA_TYPES, word)) return MEDIA_TYPES[word];
    throw new UsageError(
      'BAD_SETTING',
      `--media-type must be one of ${Object.keys(MEDIA_TYPES).join(', ')}, not ${JSON.stringify(text)}.`,
    );
  });
  return types.includes(undefined) ? undefined : types.flatMap((each) => each ?? []);
}

/**
 * A selection of which only messages with such media are left, by the rules of the older downloader: a video is whatever
 * has a type such as video/mp4, also one that was sent as a file; a document is any other file with a name (a video too,
 * when no videos are asked for). Endings are asked of documents alone. An album's items are judged one by one.
 */
export function ofMediaTypes(selection: Selection, { types, extensions }: MediaTypes): Selection {
  if (types === undefined && extensions === undefined) return selection;
  return {
    ...selection,
    takesAll: false,
    reasonOf(document, context) {
      return reasonOf(document, types, extensions) ?? selection.reasonOf(document, context);
    },
  };
}

function reasonOf(
  document: MessageDocument,
  types: MediaTypes['types'],
  extensions: MediaTypes['extensions'],
): 'not_kind' | 'not_ext' | undefined {
  const isWanted = (type: MediaType): boolean => types?.includes(type) ?? true;
  if (kindOf(document) === 'photo') return isWanted('photo') ? undefined : 'not_kind';
  const [file] = filesOf(document);
  if (file?.mime.startsWith('video/') && isWanted('video')) return undefined;
  if (types && !(file?.name !== undefined && isWanted('document'))) return 'not_kind';
  return extensions && !(file && hasExtension(file, extensions)) ? 'not_ext' : undefined;
}
