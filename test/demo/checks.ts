import { formatBytes, MIB } from '../../lib/base/bytes.js';
import type { Filled } from '../../lib/sandbox/fill.js';
import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import {
  asCopied,
  assertSameMessages,
  isCloneable,
  seenMessages,
  withoutPremium,
} from '../support/chat-content.js';
import type { ProcessFootprint } from '../support/process-watch.js';
import { isStateOrLog, MOST_WRITTEN_BYTES } from '../support/state-files.js';
import type { StormReport } from './storm.js';

export interface Compared {
  readonly messages: number;
  readonly topics: number;
  readonly files: number;
  readonly bytes: number;
}

const LEAST_MESSAGES = 300;
const LEAST_TOPICS = 4;
const LEAST_LARGEST_FILE = 256 * MIB;

/** One sentence about the source. Throws when it holds less than the demo promises to show. */
export function describeSource(sandbox: Sandbox, { source }: Filled): string {
  const cloneable = messagesOf(sandbox, source.id).filter(isCloneable);
  const files = filesOf(sandbox, cloneable);
  const topics = new Set(cloneable.map(({ topicId }) => topicId)).size;
  const largest = Math.max(...files.map(({ size }) => size));
  const dcs = [...new Set(files.map(({ dcId }) => dcId))].sort();
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (cloneable.length < LEAST_MESSAGES) throw new Error(`The source has only ${cloneable.length} messages.`);
  if (topics < LEAST_TOPICS) throw new Error(`The source has only ${topics} topics.`);
  if (largest < LEAST_LARGEST_FILE)
    throw new Error(`The source's largest file has only ${formatBytes(largest)}.`);
  if (dcs.length < 2) throw new Error('All files of the source are on one DC.');
  return (
    `The source "${source.title}" has ${cloneable.length} messages to clone in ${topics} topics: ` +
    `${files.length} files of ${formatBytes(bytes)}, the largest ${formatBytes(largest)}, on DC ${dcs.join(' and ')}.`
  );
}

/** Throws with the first message that differs. */
export async function compareForums(sandbox: Sandbox, { source, target }: Filled): Promise<Compared> {
  const wanted = await seenMessages(sandbox, source, isCloneable);
  const got = await seenMessages(sandbox, target, isCloneable);
  assertSameMessages(
    wanted.map(({ id, look }) => ({ id, look: withoutPremium(asCopied(look)) })),
    got,
  );
  const files = filesOf(sandbox, messagesOf(sandbox, target.id));
  const digests = await Promise.all(files.map((file) => sandbox.files.sha256(file)));
  if (digests.includes(undefined)) throw new Error('The digest of a cloned file is not known.');
  return {
    messages: got.length,
    topics: new Set(got.map(({ look }) => look.topic)).size,
    files: files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
  };
}

export function assertWeatherCame({ faults }: StormReport): void {
  const missed = faults.filter(({ came }) => !came).map(({ name }) => name);
  if (missed.length > 0) throw new Error(`The run did not meet: ${missed.join(', ')}.`);
}

/** Nothing except state and log is written to disk. */
export function assertFootprint({ filesWritten, writtenBytes }: ProcessFootprint, directory: string): void {
  const odd = [...filesWritten].filter((path) => !isStateOrLog(path, directory));
  if (odd.length > 0) throw new Error(`telepi wrote to ${odd.join(', ')}.`);
  if (writtenBytes > MOST_WRITTEN_BYTES)
    throw new Error(`telepi wrote ${formatBytes(writtenBytes)} to disk.`);
}

function messagesOf({ world }: Sandbox, chat: number): readonly Message[] {
  return world.chat(chat)?.box?.messages ?? [];
}

function filesOf({ files }: Sandbox, messages: readonly Message[]) {
  return messages.flatMap(({ media }) =>
    media?.kind === 'photo' || media?.kind === 'document' ? (files.get(media.fileId) ?? []) : [],
  );
}
