import type { Api } from 'telegram/tl/index.js';
import type {
  AudioFacts,
  CustomEmojiFacts,
  MaskPosition,
  StickerFacts,
  StickerSet,
  StoredFile,
  VideoFacts,
} from '../../document/file.js';
import type { Unknown } from '../../document/unknown.js';
import { flag, long, maybe, maybeBase64, maybeReal, plain, present, real } from './fields.js';
import { never } from './unknown.js';

/** What a file's attributes say, and its name. */
export interface AttributeFacts
  extends Pick<
    StoredFile,
    'image' | 'video' | 'audio' | 'sticker' | 'customEmoji' | 'animated' | 'hasStickers' | 'unknownAttributes'
  > {
  readonly name?: string;
}

/** The facts in a file's attributes, in whatever order they come. */
export function attributesOf(attributes: readonly Api.TypeDocumentAttribute[]): AttributeFacts {
  const facts = attributes.map(attributeOf);
  const unknown = facts.filter((each): each is Unknown => 'tl' in each);
  const known = facts.filter((each): each is AttributeFacts => !('tl' in each));
  const all: AttributeFacts = Object.assign({}, ...known);
  return unknown.length > 0 ? { ...all, unknownAttributes: unknown } : all;
}

function attributeOf(attribute: Api.TypeDocumentAttribute): AttributeFacts | Unknown {
  switch (attribute.className) {
    case 'DocumentAttributeImageSize':
      return { image: { width: attribute.w, height: attribute.h } };
    case 'DocumentAttributeAnimated':
      return { animated: true };
    case 'DocumentAttributeSticker':
      return { sticker: stickerOf(attribute) };
    case 'DocumentAttributeVideo':
      return { video: videoOf(attribute) };
    case 'DocumentAttributeAudio':
      return { audio: audioOf(attribute) };
    case 'DocumentAttributeFilename':
      return { name: attribute.fileName };
    case 'DocumentAttributeHasStickers':
      return { hasStickers: true };
    case 'DocumentAttributeCustomEmoji':
      return { customEmoji: customEmojiOf(attribute) };
    default:
      return never(attribute);
  }
}

function stickerOf({ alt, stickerset, mask, maskCoords }: Api.DocumentAttributeSticker): StickerFacts {
  return present<StickerFacts>({
    emoji: alt,
    set: stickerSetOf(stickerset),
    mask: flag(mask),
    maskPosition: maybe(maskCoords, maskOf),
  });
}

function maskOf({ n, x, y, zoom }: Api.TypeMaskCoords): MaskPosition {
  return { point: n, x: real(x), y: real(y), zoom: real(zoom) };
}

function videoOf(video: Api.DocumentAttributeVideo): VideoFacts {
  return present<VideoFacts>({
    width: video.w,
    height: video.h,
    duration: real(video.duration),
    round: flag(video.roundMessage),
    streamable: flag(video.supportsStreaming),
    silent: flag(video.nosound),
    codec: plain(video.videoCodec),
    startsAt: maybeReal(video.videoStartTs),
    preloadBytes: plain(video.preloadPrefixSize),
  });
}

function audioOf(audio: Api.DocumentAttributeAudio): AudioFacts {
  return present<AudioFacts>({
    duration: audio.duration,
    voice: flag(audio.voice),
    title: plain(audio.title),
    performer: plain(audio.performer),
    waveform: maybeBase64(audio.waveform),
  });
}

function customEmojiOf(emoji: Api.DocumentAttributeCustomEmoji): CustomEmojiFacts {
  return present<CustomEmojiFacts>({
    emoji: emoji.alt,
    set: stickerSetOf(emoji.stickerset),
    free: flag(emoji.free),
    textColored: flag(emoji.textColor),
  });
}

/** The set of a sticker or custom emoji. */
export function stickerSetOf(set: Api.TypeInputStickerSet): StickerSet {
  switch (set.className) {
    case 'InputStickerSetEmpty':
      return { kind: 'none' };
    case 'InputStickerSetID':
      return { kind: 'id', id: long(set.id), accessHash: long(set.accessHash) };
    case 'InputStickerSetShortName':
      return { kind: 'name', name: set.shortName };
    case 'InputStickerSetDice':
      return { kind: 'dice', emoji: set.emoticon };
    case 'InputStickerSetAnimatedEmoji':
      return { kind: 'animated_emoji' };
    case 'InputStickerSetAnimatedEmojiAnimations':
      return { kind: 'animated_emoji_animations' };
    case 'InputStickerSetPremiumGifts':
      return { kind: 'premium_gifts' };
    case 'InputStickerSetEmojiGenericAnimations':
      return { kind: 'emoji_generic_animations' };
    case 'InputStickerSetEmojiDefaultStatuses':
      return { kind: 'emoji_default_statuses' };
    case 'InputStickerSetEmojiDefaultTopicIcons':
      return { kind: 'emoji_default_topic_icons' };
    case 'InputStickerSetEmojiChannelDefaultStatuses':
      return { kind: 'emoji_channel_default_statuses' };
    case 'InputStickerSetTonGifts':
      return { kind: 'ton_gifts' };
    default:
      return never(set);
  }
}
