import { serviceWords } from '../../messages/cards/service.js';
import type { ExportedChat } from '../desktop/chat.js';
import type { FormatScene, MessageToWrite } from '../formats/format.js';
import { shownMessage } from '../formats/shown-message.js';
import { escaped } from '../html/escape.js';
import { mediaHtml } from '../html/media-html.js';
import { textHtml } from '../html/text-html.js';

/** A message as an entry of a feed. */
export interface FeedEntry {
  /** The same in every export, and no other message's. */
  readonly id: string;
  readonly title: string;
  readonly html: string;
  readonly link: string | undefined;
  /** Unix seconds. */
  readonly date: number;
  readonly edited: number | undefined;
  readonly author: string | undefined;
}

/** How long a title is at most, in characters. */
const TITLE = 100;

/** Undefined for a message that says nothing, or nothing that this version can read. */
export async function entryOf(
  { message, shift, files }: MessageToWrite,
  chat: ExportedChat,
  { names, account, linkOf }: FormatScene,
): Promise<FeedEntry | undefined> {
  const { document } = message;
  if (document.kind !== 'message' && document.kind !== 'service') return undefined;
  const { sender } = await names.with(() => shownMessage(document, { names, self: account.id }));
  const words = document.kind === 'service' ? serviceWords(document.action) : document.text;
  // A reader of feeds has no way to files of the export, so their paths are named, and don't lead there.
  const html =
    document.kind === 'service'
      ? escaped(words ?? '')
      : textHtml(document) + mediaHtml(document, { ...files, all: [] }, '');
  if (html === '') return undefined;
  const line = (words ?? '').replace(/\s+/g, ' ').trim();
  const kind = document.kind === 'message' ? (document.media?.kind ?? 'message') : 'message';
  const fallback = `${kind.replaceAll('_', ' ')}${sender === undefined ? '' : ` by ${sender}`}`;
  return {
    id: `telegram:${chat.id}:${document.id + shift}`,
    title: shortened(line === '' ? fallback : line),
    html,
    link: shift === 0 ? linkOf(chat, document.id) : undefined,
    date: document.date,
    edited: document.kind === 'message' ? document.editDate : undefined,
    author: sender,
  };
}

function shortened(line: string): string {
  const characters = [...line];
  return characters.length <= TITLE ? line : `${characters.slice(0, TITLE - 1).join('')}…`;
}

export function feedTitle({ chat, account }: FormatScene): string {
  if (chat) return chat.title || `Chat ${chat.id}`;
  return `Chats of ${account.name ?? account.id}`;
}

/** Where the chat can be seen. */
export function feedHome({ chat, linkOf }: FormatScene): string {
  if (!chat) return 'https://telegram.org/';
  if (chat.username) return `https://t.me/${chat.username}`;
  return linkOf(chat, 1) ?? 'https://telegram.org/';
}
