import type { Api } from 'telegram/tl/index.js';
import type { Random } from '../../base/random.js';
import type { FileStore } from '../files/file-store.js';
import { RpcError } from '../rpc.js';
import type { Entity, StyledText } from '../world/entity.js';
import type { PeerId } from '../world/peer-id.js';
import type { TlData } from '../world/tl-data.js';

/** A kind of media: how it looks in an answer, and whom it names. Each kind is one file of this folder. */
export interface MediaKind<Media> {
  show(scene: Showing, media: Media): Api.TypeMessageMedia;
  /** Peers that an answer has to describe, because the media names them. */
  peers?(media: Media): readonly PeerId[];
}

/** Somebody who sees a message. */
export interface Showing {
  readonly viewer: number;
  /** Unix time in seconds. */
  readonly now: number;
  peer(peer: PeerId): Api.TypePeer;
  /** A photo or document with a reference that is made for the message. */
  photo(fileId: bigint): Api.Photo;
  document(fileId: bigint): Api.Document;
  entities(entities: readonly Entity[]): Api.TypeMessageEntity[];
}

/** Somebody who sends media. */
export interface Reading {
  readonly me: {
    readonly id: number;
    readonly kind: 'user' | 'bot';
    readonly premium: boolean;
    readonly dcId: number;
  };
  /** The permanent key that the sender's session has. */
  readonly keyId: bigint;
  readonly target: Target;
  /** Unix time in seconds. */
  readonly now: number;
  readonly random: Random;
  readonly files: FileStore;
  /** CHAT_FORWARDS_RESTRICTED for a file that was seen in a protected chat other than the target. */
  mayTake(origin: string): void;
  /** A text with the entities that it may have there. ENTITY_BOUNDS_INVALID. */
  styled(text: string, entities: readonly Api.TypeMessageEntity[] | null | undefined): StyledText;
  /** PEER_ID_INVALID and the like. */
  peer(input: Api.TypeInputPeer): PeerId;
  /** A story, as a StoryItem. */
  story(peer: PeerId, id: number): TlData | undefined;
  /** The account with that number. */
  userByPhone(phone: string): number | undefined;
}

/** Where media is sent to. */
export interface Target {
  readonly peer: PeerId;
  readonly kind: 'self' | 'user' | 'bot' | 'group' | 'supergroup' | 'broadcast' | 'monoforum';
  /** Whether posts of the channel may ask for Stars (channelFull.paid_media_allowed). */
  readonly takesPaidMedia: boolean;
}

export function refusal(message: string): RpcError {
  return new RpcError(400, message);
}
