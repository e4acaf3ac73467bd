import { fileAt } from '../messages/tl/spots.js';
import { type PartSource, partSource } from '../telegram/media.js';
import type { ChosenFile } from './chosen-file.js';
import type { Work } from './file-rows.js';
import { FAULTS_MS, networkFailed } from './judge.js';

/**
 * Reads a file's parts; when its reference expires, the message is fetched again. A request that meets nothing but faults
 * for half a minute fails with NETWORK_FAILED.
 */
export function sourceOf(
  { client }: Pick<Work, 'client'>,
  { chat, message, spot, planned }: FileOfChat,
): PartSource {
  return partSource(client, chat, {
    message,
    pick: (now) => fileAt(now, spot),
    faults: () => ({
      onFault(error, forMs) {
        if (forMs >= FAULTS_MS) throw networkFailed(planned.name, error);
      },
    }),
  });
}

type FileOfChat = Pick<ChosenFile, 'chat' | 'message' | 'spot'> & {
  readonly planned: { readonly name: string };
};
