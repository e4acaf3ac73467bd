import { Api } from 'telegram/tl/index.js';
import { methodName, TelegramError } from '../../refusals/telegram-error.js';
import type { CallOptions } from '../../telegram/caller.js';
import type { TelepiClient } from '../../telegram/client.js';
import { iterDownload } from '../../telegram/iter-download.js';
import { fromLong, type Long, toLong } from '../../telegram/long.js';
import { readTl } from '../../telegram/tl-reader.js';
import type { ArchivedChat } from './archived-chat.js';
import { type ArchivedTopic, forumTopics } from './archived-topics.js';
import type { KeptFiles } from './kept-files.js';
import { KEPT_DC } from './stored-tl.js';

/** A chat whose messages come from the archive, and the peer by which requests mean that. */
export interface ArchivedPeer {
  readonly chat: ArchivedChat;
  readonly peer: Api.InputPeerChannel;
}

export interface Archive {
  /** The chat, and the basic group that it used to be. */
  readonly peers: readonly ArchivedPeer[];
  readonly topics: () => Promise<readonly ArchivedTopic[]>;
  readonly files: KeptFiles;
}

/**
 * A client to which the archive is one more chat: reads of its peers are answered from the store, and parts of files from where
 * they were kept. Everything else is Telegram's.
 */
export function archivedClient(client: TelepiClient, archive: Archive): TelepiClient {
  const answers = new ArchiveAnswers(archive);
  const call = async (request: Api.AnyRequest, options: CallOptions): Promise<unknown> => {
    // Nobody has hashes of parts: the files are compared with the SHA-256 of all of them.
    if (options.dcId === KEPT_DC) throw refused(methodName(request), 'LOCATION_INVALID');
    const peer = answers.peerOf(request);
    return peer ? answers.answer(request, peer, options.signal) : client.call(request, options);
  };
  const getFile = partsOf(client, archive.files);
  const parts = new Proxy(client.parts, {
    get(target, name) {
      const value: unknown = name === 'getFile' ? getFile : Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const own = new Map<string | symbol, unknown>([
    ['call', call],
    ['parts', parts],
  ]);
  const archived: TelepiClient = new Proxy(client, {
    get(target, name) {
      const value: unknown = own.get(name) ?? Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  own.set('iterDownload', (...[file, options = {}]: Parameters<TelepiClient['iterDownload']>) =>
    iterDownload(archived, file, options),
  );
  return archived;
}

type GetFile = TelepiClient['parts']['getFile'];

/** A range of a file, by its location in TL: thumbnails and other sizes of photos than the largest aren't kept. */
function partsOf({ parts }: TelepiClient, files: KeptFiles): GetFile {
  return async (dcId, range, signal) => {
    if (dcId !== KEPT_DC) return parts.getFile(dcId, range, signal);
    const { location, offset, limit } = range;
    const place = readTl(Buffer.from(location));
    const isFile = place instanceof Api.InputDocumentFileLocation && place.thumbSize === '';
    if (!isFile && !(place instanceof Api.InputPhotoFileLocation))
      throw refused('upload.getFile', 'LOCATION_INVALID');
    const bytes = await files.read(fromLong(place.id), offset, limit, signal);
    const taken = parts.buffers.take(bytes.length);
    bytes.copy(taken);
    return taken;
  };
}

/** TL: messages are listed by 100 at most. */
const PAGE = 100;

class ArchiveAnswers {
  readonly #archive: Archive;
  readonly #byMark: ReadonlyMap<Long, ArchivedPeer>;

  constructor(archive: Archive) {
    this.#archive = archive;
    this.#byMark = new Map(archive.peers.map((each) => [each.peer.accessHash, each]));
  }

  /** The archived chat that a request reads. A peer is known by the very object of its access hash. */
  peerOf(request: Api.AnyRequest): ArchivedPeer | undefined {
    const { peer, channel } = request as { readonly peer?: unknown; readonly channel?: unknown };
    for (const named of [peer, channel]) {
      if (named instanceof Api.InputPeerChannel || named instanceof Api.InputChannel) {
        const found = this.#byMark.get(named.accessHash);
        if (found) return found;
      }
    }
    return undefined;
  }

  async answer(request: Api.AnyRequest, { chat }: ArchivedPeer, signal: AbortSignal): Promise<unknown> {
    if (request instanceof Api.messages.GetHistory && request.offsetDate === 0)
      return this.#history(chat, request, signal);
    if (request instanceof Api.channels.GetMessages) {
      const ids = request.id.flatMap((each) => (each instanceof Api.InputMessageID ? [each.id] : []));
      return listed(await chat.byIds(ids));
    }
    if (request instanceof Api.messages.Search && request.filter instanceof Api.InputMessagesFilterPinned)
      return listed(pinnedBefore(chat, request.offsetId));
    if (request instanceof Api.messages.GetForumTopics) return forumTopics(await this.#archive.topics());
    throw refused(methodName(request), 'PEER_ID_INVALID');
  }

  async #history(
    chat: ArchivedChat,
    { offsetId, addOffset, limit }: Api.messages.GetHistory,
    signal: AbortSignal,
  ): Promise<unknown> {
    const afterId = Math.max(0, offsetId - 1);
    const counts = { count: chat.count(0), offsetIdOffset: chat.count(afterId) };
    // The page above an id; the newest message; and, of all other requests, only how many there are.
    const isPage = addOffset === -limit && offsetId > 0;
    if (isPage) return listed(await chat.page(afterId, Math.min(limit, PAGE), signal), counts);
    const { newestId } = chat;
    const isNewest = offsetId === 0 && addOffset === 0 && newestId !== undefined;
    return listed(isNewest ? [new Api.MessageEmpty({ id: newestId })] : [], counts);
  }
}

function pinnedBefore(chat: ArchivedChat, offsetId: number): readonly Api.TypeMessage[] {
  const before = chat.pinned.filter((id) => offsetId === 0 || id < offsetId);
  const peerId = new Api.PeerChannel({ channelId: toLong(0) });
  return before.slice(-PAGE).map((id) => new Api.Message({ id, peerId, date: 0, message: '' }));
}

function listed(
  messages: readonly Api.TypeMessage[],
  { count, offsetIdOffset }: { readonly count: number; readonly offsetIdOffset?: number } = {
    count: messages.length,
  },
): Api.messages.MessagesSlice {
  const all = { messages: [...messages], topics: [], chats: [], users: [] };
  return new Api.messages.MessagesSlice({
    ...all,
    count,
    ...(offsetIdOffset !== undefined && { offsetIdOffset }),
  });
}

function refused(method: string, errorMessage: string): TelegramError {
  return new TelegramError({ method, errorMessage, rpcCode: 400 });
}
