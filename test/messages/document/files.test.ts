import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import { Api } from 'telegram/tl/index.js';
import { CHANNEL, postDocument } from '../../support/received.js';
import { constructorsOf } from '../../support/tl-schema.js';

const HIGHEST = '9223372036854775807';
const LOWEST = '-9223372036854775808';
const bytes = Buffer.from([255, 0, 128]);
const set = new Api.InputStickerSetID({ id: bigInt(LOWEST), accessHash: bigInt(6) });

function photo(sizes: Api.TypePhotoSize[]): Api.Photo {
  return new Api.Photo({
    id: bigInt(HIGHEST),
    accessHash: bigInt(LOWEST),
    fileReference: bytes,
    date: 50,
    sizes,
    dcId: 2,
  });
}

function file(attributes: Api.TypeDocumentAttribute[], thumbs?: Api.TypePhotoSize[]): Api.Document {
  return new Api.Document({
    id: bigInt(HIGHEST),
    accessHash: bigInt(LOWEST),
    fileReference: bytes,
    date: 50,
    mimeType: 'video/mp4',
    size: bigInt('4294967296'),
    dcId: 4,
    attributes,
    ...(thumbs && { thumbs }),
  });
}

const reference = {
  source: 'document',
  id: HIGHEST,
  accessHash: LOWEST,
  dc: 4,
  size: 4_294_967_296,
  mime: 'video/mp4',
  fileReference: '/wCA',
};

function mediaOf(media: Api.TypeMessageMedia): unknown {
  return postDocument({ media }).media;
}

const video = new Api.DocumentAttributeVideo({
  duration: 3.5,
  w: 640,
  h: 360,
  supportsStreaming: true,
  nosound: true,
  preloadPrefixSize: 9,
  videoStartTs: 0.5,
  videoCodec: 'h264',
});

describe("a document's photo", () => {
  it('names the largest size, and has them all', () => {
    const media = new Api.MessageMediaPhoto({
      photo: photo([
        new Api.PhotoStrippedSize({ type: 'i', bytes }),
        new Api.PhotoCachedSize({ type: 's', w: 9, h: 8, bytes }),
        new Api.PhotoSizeProgressive({ type: 'y', w: 800, h: 600, sizes: [10, 200, 30] }),
        new Api.PhotoSize({ type: 'm', w: 320, h: 240, size: 77 }),
        new Api.PhotoPathSize({ type: 'j', bytes }),
        new Api.PhotoSizeEmpty({ type: 'e' }),
      ]),
      spoiler: true,
      ttlSeconds: 2_147_483_647,
    });
    assert.deepEqual(mediaOf(media), {
      kind: 'photo',
      photo: {
        reference: {
          source: 'photo',
          id: HIGHEST,
          accessHash: LOWEST,
          dc: 2,
          size: 200,
          mime: 'image/jpeg',
          variant: 'y',
          fileReference: '/wCA',
        },
        date: 50,
        sizes: [
          { kind: 'stripped', type: 'i', bytes: '/wCA' },
          { kind: 'cached', type: 's', width: 9, height: 8, bytes: '/wCA' },
          { kind: 'progressive', type: 'y', width: 800, height: 600, size: 200, steps: [10, 200, 30] },
          { kind: 'file', type: 'm', width: 320, height: 240, size: 77 },
          { kind: 'path', type: 'j', bytes: '/wCA' },
          { kind: 'empty', type: 'e' },
        ],
      },
      spoiler: true,
      selfDestructs: 2_147_483_647,
    });
  });

  it('may be live, gone, or destroyed', () => {
    const live = mediaOf(
      new Api.MessageMediaPhoto({ photo: photo([]), livePhoto: true, video: file([video]) }),
    ) as { live: true; clip: { reference: unknown } };
    assert.equal(live.live, true);
    assert.deepEqual(live.clip.reference, reference);
    assert.deepEqual(mediaOf(new Api.MessageMediaPhoto({ photo: new Api.PhotoEmpty({ id: bigInt(3) }) })), {
      kind: 'photo',
      photo: { gone: true, id: '3' },
    });
    assert.deepEqual(mediaOf(new Api.MessageMediaPhoto({ ttlSeconds: 5 })), {
      kind: 'photo',
      selfDestructs: 5,
    });
  });
});

describe("a document's file", () => {
  it('is a video with its facts, name, thumbnails, cover and start', () => {
    const media = new Api.MessageMediaDocument({
      document: file(
        [video, new Api.DocumentAttributeFilename({ fileName: 'a "b".mp4' })],
        [new Api.PhotoSize({ type: 'm', w: 32, h: 24, size: 7 })],
      ),
      altDocuments: [file([])],
      videoCover: photo([]),
      videoTimestamp: 12,
      spoiler: true,
    });
    const { alternatives, cover, ...rest } = mediaOf(media) as Record<string, unknown>;
    assert.deepEqual(rest, {
      kind: 'video',
      file: {
        reference: { ...reference, name: 'a "b".mp4' },
        date: 50,
        thumbs: [{ kind: 'file', type: 'm', width: 32, height: 24, size: 7 }],
        video: {
          width: 640,
          height: 360,
          duration: 3.5,
          streamable: true,
          silent: true,
          codec: 'h264',
          startsAt: 0.5,
          preloadBytes: 9,
        },
      },
      startsAt: 12,
      spoiler: true,
    });
    assert.deepEqual(alternatives, [{ reference, date: 50 }]);
    assert.equal((cover as { reference: { source: string } }).reference.source, 'photo');
  });

  it('has the kind that a person sees', () => {
    const round = new Api.DocumentAttributeVideo({ duration: 1, w: 1, h: 1, roundMessage: true });
    const animated = new Api.DocumentAttributeAnimated();
    const sticker = new Api.DocumentAttributeSticker({ alt: '👍', stickerset: set });
    const emoji = new Api.DocumentAttributeCustomEmoji({ alt: '👍', stickerset: set });
    const voice = new Api.DocumentAttributeAudio({ duration: 9, voice: true, waveform: bytes });
    const audio = new Api.DocumentAttributeAudio({ duration: 9, title: 'T', performer: 'P' });
    const image = new Api.DocumentAttributeImageSize({ w: 5, h: 6 });
    const cases: [Api.TypeDocumentAttribute[], string][] = [
      [[video], 'video'],
      [[round], 'round_video'],
      [[video, animated], 'animation'],
      [[animated, video], 'animation'],
      [[video, sticker, image], 'sticker'],
      [[sticker, animated], 'sticker'],
      [[emoji, video], 'custom_emoji'],
      [[voice], 'voice'],
      [[audio], 'audio'],
      [[image], 'file'],
      [[new Api.DocumentAttributeHasStickers()], 'file'],
      [[], 'file'],
    ];
    for (const [attributes, kind] of cases) {
      const media = mediaOf(new Api.MessageMediaDocument({ document: file(attributes) }));
      assert.equal((media as { kind: string }).kind, kind);
    }
    const gone: [object, string][] = [
      [{ video: true, round: true }, 'round_video'],
      [{ video: true }, 'video'],
      [{ voice: true }, 'voice'],
      [{}, 'file'],
    ];
    for (const [flags, kind] of gone) {
      const media = new Api.MessageMediaDocument({ ...flags, ttlSeconds: 5 });
      assert.deepEqual(mediaOf(media), { kind, selfDestructs: 5 });
    }
    const empty = new Api.DocumentEmpty({ id: bigInt(3) });
    assert.deepEqual(mediaOf(new Api.MessageMediaDocument({ document: empty })), {
      kind: 'file',
      file: { gone: true, id: '3' },
    });
  });

  it('has the facts of sound, stickers and custom emoji', () => {
    const mask = new Api.MaskCoords({ n: 2, x: -0.5, y: 0.25, zoom: 1.5 });
    const facts = factsOf([
      new Api.DocumentAttributeAudio({
        duration: 9,
        voice: true,
        waveform: bytes,
        title: 'T',
        performer: 'P',
      }),
      new Api.DocumentAttributeSticker({ alt: '👍', stickerset: set, mask: true, maskCoords: mask }),
      new Api.DocumentAttributeCustomEmoji({ alt: '😀', stickerset: set, free: true, textColor: true }),
      new Api.DocumentAttributeHasStickers(),
    ]);
    const id = { kind: 'id', id: LOWEST, accessHash: '6' };
    assert.deepEqual(facts, {
      audio: { duration: 9, voice: true, title: 'T', performer: 'P', waveform: '/wCA' },
      sticker: { emoji: '👍', set: id, mask: true, maskPosition: { point: 2, x: -0.5, y: 0.25, zoom: 1.5 } },
      customEmoji: { emoji: '😀', set: id, free: true, textColored: true },
      hasStickers: true,
    });
  });

  it('names every kind of sticker set', () => {
    const sets: Record<string, [Api.TypeInputStickerSet, object]> = {
      InputStickerSetEmpty: [new Api.InputStickerSetEmpty(), { kind: 'none' }],
      InputStickerSetID: [set, { kind: 'id', id: LOWEST, accessHash: '6' }],
      InputStickerSetShortName: [
        new Api.InputStickerSetShortName({ shortName: 'Cats' }),
        { kind: 'name', name: 'Cats' },
      ],
      InputStickerSetDice: [new Api.InputStickerSetDice({ emoticon: '🎲' }), { kind: 'dice', emoji: '🎲' }],
      InputStickerSetAnimatedEmoji: [new Api.InputStickerSetAnimatedEmoji(), { kind: 'animated_emoji' }],
      InputStickerSetAnimatedEmojiAnimations: [
        new Api.InputStickerSetAnimatedEmojiAnimations(),
        { kind: 'animated_emoji_animations' },
      ],
      InputStickerSetPremiumGifts: [new Api.InputStickerSetPremiumGifts(), { kind: 'premium_gifts' }],
      InputStickerSetEmojiGenericAnimations: [
        new Api.InputStickerSetEmojiGenericAnimations(),
        { kind: 'emoji_generic_animations' },
      ],
      InputStickerSetEmojiDefaultStatuses: [
        new Api.InputStickerSetEmojiDefaultStatuses(),
        { kind: 'emoji_default_statuses' },
      ],
      InputStickerSetEmojiDefaultTopicIcons: [
        new Api.InputStickerSetEmojiDefaultTopicIcons(),
        { kind: 'emoji_default_topic_icons' },
      ],
      InputStickerSetEmojiChannelDefaultStatuses: [
        new Api.InputStickerSetEmojiChannelDefaultStatuses(),
        { kind: 'emoji_channel_default_statuses' },
      ],
      InputStickerSetTonGifts: [new Api.InputStickerSetTonGifts(), { kind: 'ton_gifts' }],
    };
    assert.deepEqual(
      Object.keys(sets).sort(),
      constructorsOf('InputStickerSet')
        .map(({ name }) => name)
        .sort(),
    );
    for (const [stickerset, expected] of Object.values(sets)) {
      const { sticker } = factsOf([new Api.DocumentAttributeSticker({ alt: 'x', stickerset })]);
      assert.deepEqual((sticker as { set: unknown }).set, expected);
    }
  });
});

describe("a document's poll", () => {
  it('has its question, answers, results and their media', () => {
    const bold = [new Api.MessageEntityBold({ offset: 0, length: 1 })];
    const text = (words: string): Api.TextWithEntities =>
      new Api.TextWithEntities({ text: words, entities: bold });
    const formatted = (words: string): object => ({
      text: words,
      entities: [{ kind: 'bold', offset: 0, length: 1 }],
    });
    const option = Buffer.from('0');
    const gone = new Api.MessageMediaPhoto({});
    const poll = new Api.Poll({
      id: bigInt(HIGHEST),
      question: text('Why?'),
      answers: [new Api.PollAnswer({ text: text('Yes'), option, media: gone, addedBy: CHANNEL, date: 3 })],
      quiz: true,
      closed: true,
      multipleChoice: true,
      closePeriod: 60,
      closeDate: 160,
      countriesIso2: ['DE'],
      hash: bigInt(0),
    });
    const results = new Api.PollResults({
      results: [
        new Api.PollAnswerVoters({ option, voters: 3, chosen: true, correct: true, recentVoters: [CHANNEL] }),
      ],
      totalVoters: 3,
      recentVoters: [CHANNEL],
      solution: 'So',
      solutionEntities: bold,
      solutionMedia: gone,
    });
    assert.deepEqual(mediaOf(new Api.MessageMediaPoll({ poll, results, attachedMedia: gone })), {
      kind: 'poll',
      id: HIGHEST,
      question: formatted('Why?'),
      answers: [
        {
          ...formatted('Yes'),
          option: 'MA==',
          media: { kind: 'photo' },
          addedBy: -1_000_000_000_001,
          addedAt: 3,
        },
      ],
      results: {
        answers: [
          { option: 'MA==', voters: 3, chosen: true, correct: true, recentVoters: [-1_000_000_000_001] },
        ],
        voters: 3,
        recentVoters: [-1_000_000_000_001],
        solution: formatted('So'),
        solutionMedia: { kind: 'photo' },
      },
      media: { kind: 'photo' },
      quiz: true,
      closed: true,
      multiple: true,
      countries: ['DE'],
      period: 60,
      closesAt: 160,
    });
  });
});

function factsOf(attributes: Api.TypeDocumentAttribute[]): Record<string, unknown> {
  const media = mediaOf(new Api.MessageMediaDocument({ document: file(attributes) }));
  const { reference: _, date, ...facts } = (media as { file: Record<string, unknown> }).file;
  assert.equal(date, 50);
  return facts;
}
