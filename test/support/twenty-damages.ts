import assert from 'node:assert/strict';
import type { Poll } from '../../lib/sandbox/kinds/poll.js';
import {
  bytesOf,
  change,
  changeFile,
  type Damage,
  type DamageScene,
  fileOf,
  oneByteOff,
  remove,
  repeat,
  withAttribute,
} from './damages.js';

const at = (kind: string, id: (scene: DamageScene) => number) => (scene: DamageScene) => [
  `${kind} ${id(scene)}→${scene.copy(id(scene)).id}`,
];

/** Every kind of damage that a clone may suffer, each made on purpose in a target. */
export const DAMAGES: readonly Damage[] = [
  {
    name: 'a message is deleted',
    apply: (scene) => remove(scene, scene.copy(scene.source.plain).id),
    found: ({ source, copy }, byLedger) => [
      `missing ${source.plain}→${byLedger ? copy(source.plain).id : ''}`,
    ],
  },
  {
    name: 'a text is edited',
    apply: (scene) => change(scene, scene.copy(scene.source.last).id, { text: 'the lost message' }),
    found: at('text text', ({ source }) => source.last),
  },
  {
    name: 'entities are edited',
    apply(scene) {
      const { id, entities } = scene.copy(scene.source.styled);
      change(scene, id, { entities: entities.slice(0, 1) });
    },
    found: at('entities entities.spoiler', ({ source }) => source.styled),
  },
  {
    name: 'a message is there twice',
    apply: (scene) => void repeat(scene, scene.copy(scene.source.styled)),
    found: (scene) => [`twice ${scene.source.styled}→${newestId(scene)}`],
  },
  {
    name: 'a message was moved to the end',
    apply(scene) {
      const copy = scene.copy(scene.source.styled);
      remove(scene, copy.id);
      repeat(scene, copy);
    },
    found: (scene, byLedger) => {
      const { styled } = scene.source;
      return byLedger
        ? [`extra →${newestId(scene)}`, `missing ${styled}→${scene.copy(styled).id}`]
        : [`order ${styled}→${newestId(scene)}`];
    },
  },
  {
    name: 'a message was posted by hand',
    apply: ({ scene, target }) => void scene.post(target, { text: 'by hand' }),
    found: (scene) => [`extra →${newestId(scene)}`],
  },
  {
    name: 'a reply leads elsewhere',
    apply(scene) {
      const { id, reply } = scene.copy(scene.source.answer);
      change(scene, id, { reply: reply && { ...reply, toId: scene.copy(scene.source.styled).id } });
    },
    found: at('reply reply.id', ({ source }) => source.answer),
  },
  {
    name: 'a reply is lost',
    apply: (scene) => change(scene, scene.copy(scene.source.answer).id, { reply: undefined }),
    found: at('reply reply', ({ source }) => source.answer),
  },
  {
    name: 'a byte of a file is changed',
    apply(scene) {
      const { id } = scene.copy(scene.source.zip);
      changeFile(scene, id, oneByteOff(scene, id));
    },
    found: at('bytes media.file', ({ source }) => source.zip),
    inFiles: true,
  },
  {
    name: 'another file of the same size is in its place',
    apply(scene) {
      const { id } = scene.copy(scene.source.song);
      const bytes = Buffer.alloc(fileOf(scene, id).size, 'other');
      changeFile(scene, id, { content: { kind: 'bytes', bytes } });
    },
    found: at('bytes media.file', ({ source }) => source.song),
    inFiles: true,
  },
  {
    name: 'a file is truncated',
    apply(scene) {
      const { id } = scene.copy(scene.source.zip);
      const bytes = bytesOf(scene, id).subarray(0, 1_000_000);
      changeFile(scene, id, { size: bytes.length, content: { kind: 'bytes', bytes } });
    },
    found: at('size media.file.reference.size', ({ source }) => source.zip),
  },
  {
    name: 'a file has another name',
    apply(scene) {
      const { id } = scene.copy(scene.source.zip);
      changeFile(scene, id, withAttribute(scene, id, 'filename', { name: 'other.zip' }));
    },
    found: at('attributes media.file.reference.name', ({ source }) => source.zip),
  },
  {
    name: 'a file has another type',
    apply: (scene) => changeFile(scene, scene.copy(scene.source.zip).id, { mimeType: 'application/x-tar' }),
    found: at('attributes media.file.reference.mime', ({ source }) => source.zip),
  },
  {
    name: 'a duration is lost',
    apply(scene) {
      const { id } = scene.copy(scene.source.song);
      changeFile(scene, id, withAttribute(scene, id, 'audio', { duration: 0 }));
    },
    found: at('attributes media.file.audio.duration', ({ source }) => source.song),
  },
  {
    name: 'dimensions are lost',
    apply(scene) {
      const { id } = scene.copy(scene.source.video);
      changeFile(scene, id, withAttribute(scene, id, 'video', { width: 1, height: 360 }));
    },
    found: at('attributes media.file.video.width', ({ source }) => source.video),
  },
  {
    name: 'an album is split',
    apply: (scene) => change(scene, scene.copy(scene.source.album[2]).id, { groupedId: undefined }),
    found: at('album album', ({ source }) => source.album[2]),
  },
  {
    name: 'a caption stands on another item',
    apply(scene) {
      const [first, second] = scene.source.album;
      change(scene, scene.copy(first).id, { text: '' });
      change(scene, scene.copy(second).id, { text: 'an album' });
    },
    found: ({ source: { album }, copy }) => [
      `text text ${album[0]}→${copy(album[0]).id}`,
      `text text ${album[1]}→${copy(album[1]).id}`,
    ],
  },
  {
    name: 'a spoiler is lost',
    apply(scene) {
      const { id, media } = scene.copy(scene.source.photo);
      if (media?.kind === 'photo') change(scene, id, { media: { ...media, spoiler: false } });
    },
    found: at('attributes media.spoiler', ({ source }) => source.photo),
  },
  {
    name: 'a photo became a file',
    apply(scene) {
      const { id } = scene.copy(scene.source.photo);
      const media = scene.scene.document(5000, { mimeType: 'image/jpeg' });
      change(scene, id, { media });
    },
    found: at('kind media.kind', ({ source }) => source.photo),
  },
  {
    name: 'a link preview is lost',
    apply: (scene) => change(scene, scene.copy(scene.source.link).id, { media: undefined }),
    found: at('preview media', ({ source }) => source.link),
  },
  {
    name: 'a photo shows another picture',
    apply(scene) {
      const { id, media } = scene.copy(scene.source.photo);
      const other = scene.scene.sandbox.files.add({
        kind: 'photo',
        dcId: 2,
        seed: 'another picture',
        width: 640,
        height: 480,
      });
      if (media?.kind === 'photo') change(scene, id, { media: { ...media, fileId: other.id } });
    },
    found: at('picture media.photo', ({ source }) => source.photo),
    inFiles: true,
  },
  {
    name: 'a message is no longer silent, and one stands above its preview',
    apply(scene) {
      change(scene, scene.copy(scene.source.plain).id, { silent: true });
      change(scene, scene.copy(scene.source.link).id, { invertMedia: true });
    },
    found: (scene) => [
      ...at('flags flags.silent', ({ source }) => source.plain)(scene),
      ...at('flags flags.invertMedia', ({ source }) => source.link)(scene),
    ],
  },
  {
    name: 'the question of a poll is edited',
    apply: (scene) => changePoll(scene, { question: { text: 'Which two?', entities: [] } }),
    found: at('attributes media.question', ({ source }) => source.poll),
  },
  {
    name: 'an answer of a poll is edited',
    apply(scene) {
      const { answers } = pollOf(scene);
      changePoll(scene, {
        answers: answers.map((each, nth) => (nth === 1 ? { ...each, text: 'Milk' } : each)),
      });
    },
    found: at('attributes media.answers.1', ({ source }) => source.poll),
  },
  {
    name: 'an answer of a poll is lost',
    apply: (scene) => changePoll(scene, { answers: pollOf(scene).answers.slice(0, 2) }),
    found: at('attributes media.answers.length', ({ source }) => source.poll),
  },
  {
    name: 'a poll is open again',
    apply: (scene) => changePoll(scene, { closed: false }),
    found: at('attributes media.closed', ({ source }) => source.poll),
  },
  {
    name: 'a place is another one',
    apply(scene) {
      const { id, media } = scene.copy(scene.source.venue);
      if (media?.kind === 'venue') change(scene, id, { media: { ...media, title: 'Bar' } });
    },
    found: at('attributes media.title', ({ source }) => source.venue),
  },
  {
    name: 'a contact has another number',
    apply(scene) {
      const { id, media } = scene.copy(scene.source.contact);
      if (media?.kind === 'contact') change(scene, id, { media: { ...media, phone: '+99967' } });
    },
    found: at('attributes media.phone', ({ source }) => source.contact),
  },
];

function pollOf({ copy, source }: DamageScene): Poll {
  const { media } = copy(source.poll);
  assert.ok(media?.kind === 'poll');
  return media.poll;
}

function changePoll(scene: DamageScene, fields: Partial<Poll>): void {
  const poll = { ...pollOf(scene), ...fields };
  change(scene, scene.copy(scene.source.poll).id, { media: { kind: 'poll', poll } });
}

function newestId({ target }: DamageScene): number {
  return target.box?.messages.at(-1)?.id ?? 0;
}
