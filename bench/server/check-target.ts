import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { CheckOutcome } from './messages.js';

/**
 * Compares what the server received with what it gave out: as many messages, in the same order, with the same texts,
 * and files of the same length and SHA-256, which the sandbox computed from the parts as they came.
 */
export async function checkTarget(
  sandbox: Sandbox,
  { source, target }: { readonly source: number; readonly target: number },
): Promise<CheckOutcome> {
  const [wanted, got] = [messagesOf(sandbox, source), messagesOf(sandbox, target)];
  if (wanted.length === 0) return { ok: false, reason: 'the source has no messages' };
  if (got.length !== wanted.length) {
    return { ok: false, reason: `${got.length} of ${wanted.length} messages arrived` };
  }
  for (const [nth, original] of wanted.entries()) {
    const copy = got[nth];
    if (copy?.text !== original.text) return { ok: false, reason: `message ${nth} has another text` };
    const same = (await digestOf(sandbox, copy)) === (await digestOf(sandbox, original));
    if (!same) return { ok: false, reason: `message ${nth} has another file` };
  }
  return { ok: true };
}

/** See ServerCalls. */
export async function filesOf(sandbox: Sandbox, chatId: number): Promise<string[]> {
  const digests: string[] = [];
  for (const message of messagesOf(sandbox, chatId)) {
    if (message.media && 'fileId' in message.media) digests.push(await digestOf(sandbox, message));
  }
  return digests;
}

function messagesOf({ world }: Sandbox, chatId: number): readonly Message[] {
  return (world.chat(chatId)?.box?.messages ?? []).filter(({ action }) => !action);
}

/** A lost digest is a fault too: like NaN, it equals nothing. */
async function digestOf({ files }: Sandbox, { media, id }: Message): Promise<string> {
  if (!media || !('fileId' in media)) return 'no file';
  const file = files.get(media.fileId);
  const hash = file && (await files.sha256(file));
  return hash === undefined ? `unknown (message ${id})` : `${file?.size} ${hash}`;
}
