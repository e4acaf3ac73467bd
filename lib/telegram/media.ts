import type { Api } from 'telegram/tl/index.js';
import { FailedError } from '../base/errors.js';
import type { FaultOptions } from '../base/fault-options.js';
import type { FilePart, RangeHash } from '../base/file-parts.js';
import { shownId } from '../base/source-ids.js';
import type { Caller } from './caller.js';
import type { Chat } from './chat.js';
import { fileHashes } from './file-hashes.js';
import { FileReference, type Location } from './file-reference.js';
import { fetchMessage } from './history.js';
import { type DownloadLease, downloadParts, type FileReader } from './iter-download.js';

/** Reads a file's parts: the transfer room's PartSource. */
export interface PartSource {
  open(
    range: {
      readonly offset: number;
      readonly limit: number;
      readonly sinkBytes?: number;
      readonly requestSize?: number;
    },
    lease: DownloadLease,
    signal: AbortSignal,
  ): AsyncIterable<FilePart>;
  /** See fileHashes. */
  hashes(offset: number, signal: AbortSignal): Promise<readonly RangeHash[]>;
}

/** A file and its location. */
export interface PlacedFile {
  /** The announced size in bytes. */
  readonly size: number;
  readonly dcId: number;
  /** For upload.getFile; its file reference is as old as the message object. */
  readonly location: Location;
}

/** Which file of which message. */
export interface FileOfSource {
  readonly message: Api.Message;
  readonly pick: (message: Api.Message) => PlacedFile | undefined;
  /** How requests handle temporary faults; called at each `open`. */
  readonly faults?: () => FaultOptions;
}

/** Reads a message's file. When its reference expires, the message is fetched again and reading continues. */
export function partSource(
  client: Caller & FileReader,
  chat: Chat,
  { message, pick, faults = () => ({}) }: FileOfSource,
): PartSource {
  const gone = (): FailedError =>
    new FailedError(
      'MESSAGE_GONE',
      `Message ${shownId(message.id)} no longer has a file: it was deleted or edited.`,
    );
  const file = pick(message);
  const renew = async (signal: AbortSignal): Promise<Location> => {
    const fresh = await fetchMessage(client, chat, message.id, signal);
    const now = fresh && pick(fresh);
    if (!file || !now || !sameFile(now.location, file.location)) throw gone();
    return now.location;
  };
  const reference = file && new FileReference(file.location, renew);
  return {
    open(range, lease, signal) {
      if (!reference) throw gone();
      const { dcId, size } = file;
      const { location } = reference;
      const shared = { dcId, size, reference };
      return downloadParts(client, location, { ...range, ...shared, lease, signal, faults: faults() });
    },
    async hashes(offset, signal) {
      if (!reference) throw gone();
      return fileHashes(client, { reference, dcId: file.dcId, faults: faults() }, offset, signal);
    },
  };
}

/** An edit may have put another file in place of the one that was begun. */
function sameFile(one: Location, other: Location): boolean {
  return 'id' in one && 'id' in other && String(one.id) === String(other.id);
}
