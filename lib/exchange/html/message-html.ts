import { serviceWords } from '../../messages/cards/service.js';
import type { MessageDocument, PostDocument } from '../../messages/document/document.js';
import type { InlineAction } from '../../messages/document/markup.js';
import { textsOf } from '../../messages/search/texts-of.js';
import type { MessageToWrite } from '../formats/format.js';
import { shownMessage } from '../formats/shown-message.js';
import type { LocalTime } from '../local-time.js';
import type { Names } from '../names.js';
import { escaped, escapedLines, safeAddress } from './escape.js';
import { mediaHtml } from './media-html.js';
import { textHtml } from './text-html.js';

export interface PageScene {
  readonly names: Names;
  readonly time: LocalTime;
  readonly self: number;
  /** Of the folder in which the page is. */
  readonly prefix: string;
  /** The address of a message, on this page or another one; undefined for one that isn't in the export. */
  readonly addressOf: (message: number) => string | undefined;
}

/** A message as a part of a page. `before`: the one above it, with which it is joined if one author wrote both. */
export function messageHtml(
  { message, shift, files }: MessageToWrite,
  before: MessageDocument | undefined,
  scene: PageScene,
): string {
  const { document, deletedAt } = message;
  const id = document.id + shift;
  if (document.kind !== 'message') return serviceHtml(document, id, scene);
  const { date, editDate } = document;
  const { senderId = 0, sender, forwardedFrom, reactions } = shownMessage(document, scene);
  const name = sender ?? `${senderId}`;
  const isJoined = forwardedFrom === undefined && isSameAuthor(document, before);
  const marks = [
    ...(editDate === undefined || document.flags.editHidden ? [] : ['edited']),
    ...(deletedAt === undefined ? [] : [`deleted ${dayTime(scene.time.iso(Math.floor(deletedAt / 1000)))}`]),
  ];
  const iso = scene.time.iso(date);
  const media = wrap('media_wrap', mediaHtml(document, files, scene.prefix));
  const text = wrap('text', bodyHtml(document));
  return [
    `<div class="message default clearfix${isJoined ? ' joined' : ''}${deletedAt === undefined ? '' : ' deleted'}" id="message${id}">\n`,
    isJoined ? '' : userpic(senderId, name),
    '<div class="body">\n',
    `<div class="pull_right date details" title="${title(iso, scene.time)}">${iso.slice(11, 16)}</div>\n`,
    isJoined ? '' : `<div class="from_name">${escaped(name)}${viaHtml(document, scene)}</div>\n`,
    forwardedFrom === undefined
      ? ''
      : `<div class="forwarded details">Forwarded from ${escaped(forwardedFrom)}</div>\n`,
    replyHtml(document, shift, scene),
    ...(isBelow(document) ? [text, media] : [media, text]),
    buttonsHtml(document),
    reactions === undefined ? '' : `<div class="reactions">${escaped(reactions)}</div>\n`,
    document.signature ? `<div class="signature details">${escaped(document.signature)}</div>\n` : '',
    marks.length === 0 ? '' : `<div class="marks details">${escaped(marks.join(', '))}</div>\n`,
    '</div>\n</div>\n',
  ].join('');
}

/** The preview of a link stands below the text, and so do other media when their author wanted it. */
function isBelow({ media, flags }: PostDocument): boolean {
  return (media?.kind === 'web_page') !== Boolean(flags.invertMedia);
}

/** A line between days. */
export function dayHtml(day: string): string {
  return `<div class="message service"><div class="body details">${dayWords(day)}</div></div>\n`;
}

function serviceHtml(document: MessageDocument, id: number, scene: PageScene): string {
  const { sender } = shownMessage(document, scene);
  const words = document.kind === 'service' ? serviceWords(document.action) : undefined;
  const said =
    words ??
    (document.kind === 'empty' ? 'a message that isn’t there any more' : 'a message of a newer kind');
  const who = sender === undefined ? '' : `${escaped(sender)}: `;
  return `<div class="message service" id="message${id}"><div class="body details">${who}${escaped(said)}</div></div>\n`;
}

/** How long one author's messages are joined, in seconds. */
const JOINED_S = 900;

function isSameAuthor(post: PostDocument, before: MessageDocument | undefined): boolean {
  if (before?.kind !== 'message' || before.forward !== undefined) return false;
  return (
    before.author === post.author &&
    Boolean(before.flags.out) === Boolean(post.flags.out) &&
    before.viaBot === post.viaBot &&
    Math.abs(post.date - before.date) < JOINED_S
  );
}

function userpic(id: number, name: string): string {
  const words = name.trim().split(/\s+/);
  const initials = [words[0], words.length > 1 ? words.at(-1) : undefined]
    .flatMap((word) => [...(word ?? '')].slice(0, 1))
    .join('');
  return `<div class="pull_left userpic_wrap"><div class="userpic userpic${(Math.abs(id) % 8) + 1}"><div class="initials">${escaped(initials)}</div></div></div>\n`;
}

function viaHtml({ viaBot }: PostDocument, { names }: PageScene): string {
  const username = viaBot === undefined ? undefined : names.of(viaBot)?.username;
  return username ? ` <span class="details">via @${escaped(username)}</span>` : '';
}

function replyHtml({ reply }: PostDocument, shift: number, { addressOf }: PageScene): string {
  if (reply?.kind !== 'message') return '';
  const { id, chat, quote } = reply;
  const address = id === undefined || chat !== undefined ? undefined : addressOf(id + shift);
  const what = address === undefined ? 'a message' : `<a href="${escaped(address)}">this message</a>`;
  const elsewhere = chat === undefined ? '' : ' of another chat';
  const quoted = quote ? `<blockquote>${textHtml(quote)}</blockquote>` : '';
  return `<div class="reply_to details">In reply to ${what}${elsewhere}${quoted}</div>\n`;
}

function bodyHtml(document: PostDocument): string {
  if (!document.richMessage) return textHtml(document);
  return textsOf(document)
    .map((text) => `<p>${escapedLines(text)}</p>`)
    .join('');
}

function wrap(name: string, html: string): string {
  return html === '' ? '' : `<div class="${name}">${html}</div>\n`;
}

function buttonsHtml({ markup }: PostDocument): string {
  if (markup?.kind !== 'inline') return '';
  const rows = markup.rows.map((row) => {
    const buttons = row.map(({ text, action }) => {
      const address = addressOfButton(action);
      return address === undefined
        ? `<span class="bot_button">${escaped(text)}</span>`
        : `<a class="bot_button" href="${escaped(address)}" rel="noopener noreferrer nofollow">${escaped(text)}</a>`;
    });
    return `<div class="bot_button_row">${buttons.join('')}</div>`;
  });
  return `<div class="bot_buttons">${rows.join('')}</div>\n`;
}

function addressOfButton(action: InlineAction): string | undefined {
  return 'url' in action ? safeAddress(action.url) : undefined;
}

function title(iso: string, { zone }: LocalTime): string {
  return escaped(`${iso.slice(0, 10).split('-').reverse().join('.')} ${iso.slice(11)} ${zone}`);
}

function dayTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `2024-03-05` as `5 March 2024`. */
function dayWords(day: string): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return `${Number(date)} ${MONTHS[Number(month) - 1] ?? month} ${year}`;
}
