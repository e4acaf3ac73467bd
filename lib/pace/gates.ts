/**
 * Calls that Telegram counts together share a gate, so that a flood met by one of them holds all: an account's
 * messages, whichever method sends them, and the bytes of each direction. Every other method is counted separately.
 */
export type Gate = 'messages' | 'upload' | 'download' | (string & {});

/** The gate of a TL method (`messages.sendMedia`). */
export function gateOf(method: string): Gate {
  return GATES[method] ?? method;
}

const GATES: Readonly<Record<string, Gate>> = {
  'messages.sendMessage': 'messages',
  'messages.sendMedia': 'messages',
  'messages.sendMultiMedia': 'messages',
  'messages.forwardMessages': 'messages',
  'messages.sendInlineBotResult': 'messages',
  // A new topic posts a service message, which counts like any other.
  'messages.createForumTopic': 'messages',
  'channels.createForumTopic': 'messages',
  'upload.saveFilePart': 'upload',
  'upload.saveBigFilePart': 'upload',
  'upload.getFile': 'download',
  'upload.getFileHashes': 'download',
};
