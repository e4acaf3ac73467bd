import { formatBytes } from '../../base/bytes.js';
import type { PostDocument } from '../../messages/document/document.js';
import type { FileReference } from '../../messages/document/file.js';
import { filesOfDocument } from '../../messages/document/files-of-document.js';
import type { Media } from '../../messages/document/media.js';
import type { PollMedia } from '../../messages/document/poll.js';
import { textsOf } from '../../messages/search/texts-of.js';
import type { PlacedFiles } from '../files/place-files.js';
import { escaped, escapedLines, hrefOf } from './escape.js';
import { textHtml } from './text-html.js';

/** What a message holds besides its text. `prefix`: of the folder in which the page is. */
export function mediaHtml(post: PostDocument, files: PlacedFiles, prefix: string): string {
  const { media, richMessage } = post;
  if (richMessage) return filesHtml(post, files, prefix);
  if (!media) return '';
  switch (media.kind) {
    case 'poll':
      return pollHtml(media) + filesHtml(post, files, prefix);
    case 'checklist': {
      const done = new Set((media.done ?? []).map(({ id }) => id));
      const tasks = media.tasks.map((task) => `<li>${done.has(task.id) ? '☑' : '☐'} ${textHtml(task)}</li>`);
      return `<div class="media_block"><div class="title">${textHtml(media.title)}</div><ul>${tasks.join('')}</ul></div>`;
    }
    case 'location':
    case 'live_location':
      return pointHtml('Location', media.point);
    case 'venue':
      return pointHtml([media.title, media.address].filter((each) => each !== '').join(', '), media.point);
    case 'contact': {
      const name = [media.firstName, media.lastName].filter((each) => each !== '').join(' ');
      return block(name || 'Contact', media.phone);
    }
    case 'dice':
      return block(`${media.emoji} ${media.value}`, '');
    case 'web_page':
      return webPageHtml(media);
    case 'unknown':
      return block('A kind of message that this version can’t read', '');
    default: {
      const shown = filesHtml(post, files, prefix);
      return shown === '' ? block(KIND_WORDS[media.kind] ?? media.kind, textsOf(post).join('\n')) : shown;
    }
  }
}

/** What has no file, in words. */
const KIND_WORDS: Readonly<Partial<Record<Media['kind'], string>>> = {
  game: 'Game',
  invoice: 'Invoice',
  giveaway: 'Giveaway',
  giveaway_results: 'Results of a giveaway',
  paid_media: 'Paid media',
  story: 'Story',
  video_stream: 'Live stream',
  photo: 'Photo, which is gone',
};

function block(title: string, details: string): string {
  const more = details === '' ? '' : `<div class="details">${escapedLines(details)}</div>`;
  return `<div class="media_block"><div class="title">${escaped(title)}</div>${more}</div>`;
}

function pointHtml(
  title: string,
  point: { readonly latitude: number; readonly longitude: number } | undefined,
): string {
  if (!point) return block(title, '');
  const place = `${point.latitude.toFixed(6)}, ${point.longitude.toFixed(6)}`;
  const href = `https://www.openstreetmap.org/?mlat=${point.latitude.toFixed(6)}&mlon=${point.longitude.toFixed(6)}`;
  return `<div class="media_block"><div class="title">${escaped(title)}</div><a class="details" href="${escaped(href)}" rel="noopener noreferrer">${place}</a></div>`;
}

function pollHtml({ question, answers, results, closed }: PollMedia<Media>): string {
  const counted = new Map((results.answers ?? []).map((each) => [each.option, each]));
  const lines = answers.map((answer) => {
    if (!('text' in answer)) return '';
    const result = answer.option === undefined ? undefined : counted.get(answer.option);
    const votes = result?.voters === undefined ? '' : ` <span class="details">${result.voters}</span>`;
    return `<li>${textHtml(answer)}${votes}${result?.chosen ? ' ✓' : ''}</li>`;
  });
  const total = results.voters === undefined ? '' : `, ${results.voters} votes`;
  return `<div class="media_block"><div class="title">${textHtml(question)}</div><div class="details">${closed ? 'Closed poll' : 'Poll'}${total}</div><ul>${lines.join('')}</ul></div>`;
}

function webPageHtml({ page }: Extract<Media, { kind: 'web_page' }>): string {
  if (page.kind !== 'page') return '';
  const lines = [page.siteName, page.description].filter((each) => each !== undefined && each !== '');
  return page.title === undefined && lines.length === 0
    ? ''
    : block(page.title ?? page.shownUrl, lines.join('\n'));
}

function filesHtml(post: PostDocument, files: PlacedFiles, prefix: string): string {
  return filesOfDocument(post)
    .map(({ reference, kind }) => {
      const path = files.at(reference.id);
      const isHere = files.all.some((each) => each.id === reference.id);
      return isHere ? fileHtml(kind, reference, hrefOf(path, prefix)) : missing(reference, path);
    })
    .join('');
}

function missing({ name, size }: FileReference, sentence: string): string {
  return `<div class="media_block missing"><div class="title">${escaped(name ?? 'File')}, ${formatBytes(size)}</div><div class="details">${escaped(sentence)}</div></div>`;
}

function fileHtml(kind: string, { name, size, mime }: FileReference, href: string): string {
  switch (kind) {
    case 'photo':
      return `<a class="photo_wrap" href="${href}"><img class="photo" src="${href}" alt="Photo" loading="lazy"></a>`;
    case 'sticker':
    case 'custom_emoji':
      if (mime !== 'image/webp' && mime !== 'image/png') break;
      return `<a class="sticker_wrap" href="${href}"><img class="sticker" src="${href}" alt="Sticker" loading="lazy"></a>`;
    case 'video':
    case 'round_video':
    case 'animation':
      if (!mime.startsWith('video/')) break;
      return `<video class="video" src="${href}" controls preload="none"></video>${linkTo(href, name, size)}`;
    case 'audio':
    case 'voice':
      return `<audio src="${href}" controls preload="none"></audio>${linkTo(href, name, size)}`;
  }
  return linkTo(href, name, size);
}

function linkTo(href: string, name: string | undefined, size: number): string {
  return `<a class="media_block file" href="${href}"><span class="title">${escaped(name ?? 'File')}</span> <span class="details">${formatBytes(size)}</span></a>`;
}
