import { chatToSave } from '../../download/save-page.js';
import type { ExportedPage } from '../../exchange/exported.js';
import type { Chat } from '../../telegram/chat.js';
import type { CommandContext } from '../command.js';
import { type Live, withLive } from '../live/open-live.js';
import { OLDER_SHIFT } from './chats-to-export.js';
import type { ExportRequest } from './request.js';
import { type ExportSource, rehearseExport, writeExport } from './write-export.js';

/** `telepi export --live`: from Telegram into the folder; nothing is noted elsewhere. */
export async function exportLive(context: CommandContext, request: ExportRequest): Promise<void> {
  await withLive(context, request, async (live) => {
    const source = sourceOf(live);
    if (request.isDryRun) await rehearseExport(context, request, source);
    else await writeExport(context, request, source);
  });
}

function sourceOf(live: Live): ExportSource {
  const { accountId, names, findFiles } = live;
  const chats = live.chats.map((chat) => ({ chat: exported(chat), pages: pagesOf(live, chat) }));
  const [only] = chats;
  return {
    chosen: { accountId, chat: chats.length === 1 ? only?.chat : undefined, chats },
    findNames: names.find,
    findFiles,
    help: 'their messages may not be saved, or have changed meanwhile; run again to see which are left.',
  };
}

function exported(chat: Chat) {
  const { chatId, ...rest } = chatToSave(chat);
  return { id: chatId, ...rest };
}

async function* pagesOf(live: Live, chat: Chat): AsyncGenerator<ExportedPage> {
  for await (const { chat: of, messages } of live.pages(chat)) {
    yield { shift: of.id === chat.id ? 0 : OLDER_SHIFT, messages };
  }
}
