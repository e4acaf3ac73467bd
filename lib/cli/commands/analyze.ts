import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Analysis } from '../../analyze/analysis.js';
import type { Names as FigureNames } from '../../analyze/figures.js';
import { figuresOf } from '../../analyze/figures-of.js';
import { ExitStatus } from '../../base/errors.js';
import { userName } from '../../base/user-name.js';
import { logged } from '../../download/organise/logged-work.js';
import { LEDGER_FILE } from '../../ledger/ledger-file.js';
import { describeSelection } from '../../messages/selection/canonical.js';
import { prepareDataDir } from '../../telegram/data-dir.js';
import { type AnalyzeRequest, readAnalyze } from '../analyze/request.js';
import { showFigures } from '../analyze/show.js';
import { storedPages } from '../analyze/stored-pages.js';
import type { CommandContext } from '../command.js';
import { withLive } from '../live/open-live.js';
import { openArchive } from '../open-archive.js';
import { Names } from '../search/names.js';
import { noteWaiting } from '../search/note-waiting.js';
import { findPlaces } from '../search/request.js';

/** `telepi analyze`: figures of the messages that the store has kept. Connects with --live alone, and works during a download. */
export async function analyze(context: CommandContext): Promise<number> {
  const request = await readAnalyze(context);
  if (request.isLive) return analyzeLive(context, request);
  const { settings } = request;
  await noteWaiting(context, settings.dataDir, 'counted');
  if (!settings.database && !existsSync(join(settings.dataDir, LEDGER_FILE))) {
    sayNothing(context, false);
    return ExitStatus.done;
  }
  await prepareDataDir(settings.dataDir);
  const store = await openArchive(context, settings);
  try {
    const analysis = new Analysis(request.zone);
    const names = new Names(store.db);
    const { random, log, signal } = context;
    const action = { userName: userName(), arguments: argumentsOf(context) };
    const work = { writer: store.writer, random, log, signal, action, kind: 'analyze' as const };
    await logged(
      work,
      () => ({ messages: analysis.counts.messages }),
      async () => {
        const places = await findPlaces(store.db, request);
        const options = { db: store.db, signal, criteria: request.criteria, ...places };
        for await (const page of storedPages(options)) analysis.add(page);
        await show(context, request, analysis, namesOf(names));
      },
    );
    return ExitStatus.done;
  } finally {
    await store.close();
  }
}

/** With --live: from Telegram, and nothing is noted. */
async function analyzeLive(context: CommandContext, request: AnalyzeRequest): Promise<number> {
  const analysis = new Analysis(request.zone);
  await withLive(context, request, async ({ accountId, chats, names, pages }) => {
    let { limit: left } = request.criteria;
    for (const chat of chats) {
      if (left !== undefined && left <= 0) break;
      for await (const { chat: of, messages } of pages(chat, left)) {
        if (left !== undefined) left -= messages.length;
        analysis.add({ accountId, chatId: of.id, messages });
      }
    }
    await show(context, request, analysis, {
      chat: async (_, chatId) => names.titleOf(chatId),
      sender: async (_, senderId) => names.senderOf(senderId),
    });
  });
  return ExitStatus.done;
}

async function show(
  context: CommandContext,
  request: AnalyzeRequest,
  analysis: Analysis,
  names: FigureNames,
): Promise<void> {
  if (analysis.counts.messages === 0) return sayNothing(context, true);
  await showFigures(context, await figuresOf(analysis, names, request), request, scopeOf(request));
}

/** For the log of actions: what was asked for, without secrets. */
function argumentsOf({ flags, redactor }: CommandContext): Readonly<Record<string, unknown>> {
  return redactor.value({ command: 'analyze', flags }) as Readonly<Record<string, unknown>>;
}

function namesOf(names: Names): FigureNames {
  return {
    async chat(accountId, chatId) {
      const { title, username } = (await names.ofChat({ accountId, chatId })) ?? {};
      if (title !== undefined) return title;
      // Private chats are called as their people.
      const person = await names.ofSender({ accountId, senderId: chatId });
      return person ?? (username === undefined ? undefined : `@${username}`);
    },
    sender: (accountId, senderId) => names.ofSender({ accountId, senderId }),
  };
}

/** What was asked for, for the head of a page. */
function scopeOf({ chats, criteria }: AnalyzeRequest): string | undefined {
  const chosen = chats.map(({ written }) => written).join(', ');
  const selected = describeSelection(criteria);
  const parts = [chosen, selected ?? ''].filter((part) => part !== '');
  return parts.length === 0 ? undefined : parts.join('; ');
}

function sayNothing({ output }: CommandContext, isThere: boolean): void {
  output.record({ event: 'figures', totals: { messages: 0 } });
  output.line(
    isThere
      ? 'No message is selected: leave out a flag, or run telepi download for the chat first.'
      : 'TelePi has kept no messages yet: telepi download keeps the ones that it reads.',
  );
}
