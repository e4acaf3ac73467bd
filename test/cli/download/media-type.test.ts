import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../../lib/base/errors.js';
import { ofMediaTypes, readMediaTypes } from '../../../lib/cli/download/media-type.js';
import type { Media } from '../../../lib/messages/document/media.js';
import { fileMedia, post } from '../../support/documents.js';
import { selectionFor } from '../../support/selection.js';

const photo: Media = {
  kind: 'photo',
  photo: {
    reference: {
      source: 'photo',
      id: '1',
      accessHash: '2',
      dc: 2,
      size: 5,
      mime: 'image/jpeg',
      fileReference: '',
    },
    date: 0,
    sizes: [],
  },
} as unknown as Media;

const MEDIA: Readonly<Record<string, Media | undefined>> = {
  text: undefined,
  photo,
  clip: fileMedia(5, { kind: 'video', mime: 'video/mp4' }),
  film: fileMedia(5, { mime: 'video/x-matroska', name: 'film.mkv' }),
  paper: fileMedia(5, { mime: 'application/pdf', name: 'paper.PDF' }),
  zip: fileMedia(5, { name: 'all.zip' }),
  song: fileMedia(5, { kind: 'audio', mime: 'audio/mpeg', name: 'song.mp3' }),
  recording: fileMedia(5, { kind: 'audio', mime: 'audio/ogg' }),
};

/** What `--media-type` and `--extensions` of the older downloader choose. */
const CHOSEN: readonly (readonly [type: string, extensions: string | undefined, names: readonly string[]])[] =
  [
    ['photo', undefined, ['photo']],
    ['photo', 'pdf', ['photo']],
    ['video', undefined, ['clip', 'film']],
    ['document', undefined, ['film', 'paper', 'zip', 'song']],
    ['document', 'pdf', ['paper']],
    ['documents', 'pdf,.ZIP', ['paper', 'zip']],
    ['both', undefined, ['photo', 'clip', 'film']],
    ['both', 'pdf', ['photo', 'clip', 'film']],
    ['photo,document', 'mp3', ['photo', 'song']],
    ['all', 'pdf', ['photo', 'clip', 'film', 'paper']],
    ['all', undefined, Object.keys(MEDIA)],
  ];

test('--media-type chooses as the older downloader does, and endings choose among documents alone', async () => {
  for (const [type, extensions, names] of CHOSEN) {
    const ext =
      extensions === undefined ? undefined : new Set(extensions.toLowerCase().replace('.', '').split(','));
    const selection = ofMediaTypes(await selectionFor({}), { types: readMediaTypes(type), extensions: ext });
    const chosen = Object.entries(MEDIA).filter(
      ([, media]) => selection.reasonOf(post(media ? { media } : {})) === undefined,
    );
    assert.deepEqual(
      chosen.map(([name]) => name),
      names,
      `${type} ${extensions}`,
    );
  }
  const since = ofMediaTypes(await selectionFor({ since: '2025' }), {
    types: ['photo'],
    extensions: undefined,
  });
  assert.equal(since.reasonOf(post({ media: photo })), 'before_since', 'other criteria hold, too');
  assert.throws(
    () => readMediaTypes('pictures'),
    (error) =>
      error instanceof UsageError &&
      /one of photo, video, document, both, all, not "pictures"/.test(error.message),
  );
});
