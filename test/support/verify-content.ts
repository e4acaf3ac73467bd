import type { PollMedia } from '../../lib/sandbox/kinds/poll.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import type { CloneScene } from './clone-scene.js';

/** The ids of the messages in a chat that has something of everything that a clone copies. */
export interface VerifyContent {
  readonly plain: number;
  readonly styled: number;
  readonly answer: number;
  readonly link: number;
  readonly photo: number;
  readonly video: number;
  readonly song: number;
  readonly zip: number;
  readonly album: readonly [number, number, number];
  readonly poll: number;
  readonly venue: number;
  readonly contact: number;
  readonly last: number;
}

/** Fills a chat; `topicId`: into this topic. */
export function fillForVerify(scene: CloneScene, chat: Chat, topicId?: number): VerifyContent {
  const { sandbox } = scene;
  const topic = topicId === undefined ? {} : { topicId };
  const post = (fields: object): number => scene.post(chat, { ...topic, ...fields });
  const photo = (seed: string, width = 640, height = 480) => {
    const { id } = sandbox.files.add({ kind: 'photo', dcId: 2, seed, width, height });
    return { kind: 'photo' as const, fileId: id, spoiler: false };
  };
  const plain = post({ text: 'the first message' });
  const styled = post({
    text: 'bold and a hidden word',
    entities: [
      { kind: 'bold', offset: 0, length: 4 },
      { kind: 'spoiler', offset: 11, length: 6 },
    ],
  });
  const answer = post({ text: 'an answer', replyTo: plain });
  const link = post({
    text: 'see https://example.org/page',
    media: { kind: 'webpage', url: 'https://example.org/page', layout: 'large', manual: false },
  });
  const lonePhoto = post({ text: 'a photo', media: { ...photo('one'), spoiler: true } });
  const video = post({
    media: scene.document(700_000, {
      mimeType: 'video/mp4',
      attributes: [
        { type: 'filename', name: 'clip.mp4' },
        { type: 'video', duration: 12, width: 640, height: 360, supportsStreaming: true },
      ],
    }),
  });
  const song = post({
    text: 'a song',
    media: scene.document(300_000, {
      mimeType: 'audio/mpeg',
      attributes: [
        { type: 'filename', name: 'song.mp3' },
        { type: 'audio', duration: 200, voice: false, title: 'Title', performer: 'Band' },
      ],
    }),
  });
  const zip = post({ media: scene.document(1_200_000) });
  const groupedId = sandbox.world.nextGroupedId();
  const album = [1, 2, 3].map((nth) =>
    post({ groupedId, text: nth === 1 ? 'an album' : '', media: photo(`album ${nth}`, 800, 600 + nth) }),
  ) as [number, number, number];
  const inPoll = post({ media: poll(sandbox.world.nextGroupedId(), scene.me.id) });
  const venue = post({
    media: { kind: 'venue', latitude: 48.1, longitude: 11.5, title: 'Inn', address: '1 Road' },
  });
  const contact = post({
    media: { kind: 'contact', phone: '+99966', firstName: 'Zoe', lastName: '', vcard: '' },
  });
  const last = post({ text: 'the last message' });
  return {
    plain,
    styled,
    answer,
    link,
    photo: lonePhoto,
    video,
    song,
    zip,
    album,
    poll: inPoll,
    venue,
    contact,
    last,
  };
}

/** People have voted, which a copy can't show. */
function poll(id: bigint, creator: number): PollMedia {
  const answers = ['Tea', 'Coffee', 'Neither'].map((text, index) => ({
    text,
    entities: [],
    option: Buffer.of(index),
    crowd: index + 1,
  }));
  const question = { text: 'Which one?', entities: [] };
  return { kind: 'poll', poll: { id, creator, question, answers, closed: true, votes: new Map() } };
}
