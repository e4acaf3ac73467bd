import type { Page } from './scene.js';

/** Photos, films, sounds, files and albums. */
export function files(page: Page): void {
  pictures(page);
  films(page);
  for (const kind of ['audio', 'voice', 'file', 'image-file', 'sticker', 'animated-sticker'] as const) {
    page.post({ media: page.document(kind), text: kind === 'audio' ? 'A song' : '' });
  }
  page.post({ media: { ...page.document('sticker'), withoutEffect: true } });
  page.post({ media: page.document('custom-emoji') });
  const caption = {
    text: 'The caption of an item',
    entities: [{ kind: 'bold', offset: 4, length: 7 }],
  } as const;
  page.album([
    { media: page.photo(), ...caption },
    { media: page.document('video') },
    { media: page.photo({ spoiler: true }), text: 'The third one' },
  ]);
  page.album([{ media: page.document('audio') }, { media: page.document('audio'), ...caption }]);
  page.album(Array.from({ length: 10 }, () => ({ media: page.document('file') })));
}

function pictures(page: Page): void {
  page.post({ media: page.photo(), text: 'A photo' });
  page.post({ media: page.photo({ spoiler: true }), text: 'Hidden, below its words', invertMedia: true });
  page.post({ media: { ...page.photo(), clip: page.document('video').fileId }, text: 'A live photo' });
  page.post({ media: page.photo({ stickers: true }) });
  page.post({ media: { ...page.photo(), ttl: 30 } });
  page.post({ media: { ...page.photo(), ttl: 2 ** 31 - 1, gone: true } });
  page.post({ media: { ...page.document('voice'), ttl: 2 ** 31 - 1, gone: true } });
}

function films(page: Page): void {
  page.post({ media: page.document('video', { spoiler: true }), text: 'A film' });
  const { fileId: cover } = page.photo();
  const qualities = [page.document('video').fileId, page.document('video').fileId];
  page.post({ media: { ...page.document('video'), cover, startsAt: 2, qualities }, text: 'With a cover' });
  page.post({ media: page.document('video', { stickers: true }), fields: { videoProcessingPending: true } });
  page.post({ media: page.document('round'), fields: { mediaUnread: true } });
  page.post({ media: page.document('gif') });
}
