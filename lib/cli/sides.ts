import { together } from '../base/together.js';
import type { Settings } from '../settings/settings.js';
import type { TelepiClient } from '../telegram/client.js';
import { DialogPages } from '../telegram/dialog-search.js';
import type { CommandContext } from './command.js';
import type { Pair } from './job-options.js';
import { resolveSide, type Side } from './pair.js';

/** The two chats of a job. */
export interface Sides extends Omit<Pair, 'accountId'> {
  /** Include the topics that the chats' links name. */
  readonly settings: Settings;
}

/** Looks both chats up at once, and notes what their links are understood to mean. */
export async function resolveSides(
  { signal, output }: CommandContext,
  settings: Settings,
  client: TelepiClient,
): Promise<Sides> {
  const dialogs = new DialogPages(client, signal);
  const [source, target] = await together(
    signal,
    (linked) =>
      (['source', 'target'] as const).map((name) =>
        resolveSide(client, settings, name, { signal: linked, dialogs }),
      ) as [Promise<Side>, Promise<Side>],
  ).finally(() => dialogs.close());
  for (const { note } of [source, target]) if (note !== undefined) output.note(note);
  return {
    source: source.chat,
    target: target.chat,
    sourceName: source.name,
    targetName: target.name,
    settings: { ...settings, sourceTopic: source.topic, targetTopic: target.topic },
  };
}
