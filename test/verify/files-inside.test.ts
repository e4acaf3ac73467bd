import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KIB } from '../../lib/base/bytes.js';
import type { Document } from '../../lib/sandbox/kinds/files.js';
import type { Poll, PollMedia } from '../../lib/sandbox/kinds/poll.js';
import type { RichMessage } from '../../lib/sandbox/kinds/rich-message.js';
import type { TlData } from '../../lib/sandbox/world/tl-data.js';
import { change } from '../support/damages.js';
import { findingsOf, type VerifyScene, verifyScene } from '../support/verify-scene.js';

/** Polls and rich messages hold files of their own: verify --hashes reads these as well. */

const CAPTION: TlData = { _: 'PageCaption', text: { _: 'TextEmpty' }, credit: { _: 'TextEmpty' } };

/** Of another size each, so that no file passes for another. */
function file(scene: VerifyScene, size: number): Document {
  const media = scene.document(size);
  assert.ok(media.kind === 'document');
  return media;
}

/** A quiz with a file of the question, one of an answer, and one of the explanation. */
function quiz(scene: VerifyScene): PollMedia {
  const [first, second] = ['Tea', 'Coffee'].map((text, index) => ({
    text,
    entities: [],
    option: Buffer.of(index),
    ...(index === 1 && { correct: true, media: file(scene, 5 * KIB) }),
  }));
  assert.ok(first && second);
  const poll: Poll = {
    id: 77n,
    creator: scene.me.id,
    question: { text: 'Which one?', entities: [] },
    answers: [first, second],
    quiz: true,
    solution: { text: 'so it is', entities: [], media: file(scene, 6 * KIB) },
    // Everybody sees the explanation of a closed quiz.
    closed: true,
    votes: new Map(),
  };
  return { kind: 'poll', poll, attached: file(scene, 4 * KIB) };
}

function richMessage(scene: VerifyScene): RichMessage {
  const { fileId } = file(scene, 7 * KIB);
  const text = { _: 'TextPlain', text: 'Title' };
  return {
    blocks: [
      { _: 'PageBlockHeading1', text },
      { _: 'PageBlockDocument', documentId: fileId, caption: CAPTION },
    ],
    photos: [],
    documents: [fileId],
  };
}

/** Another file that differs from this one by one byte. */
function oneByteOff({ sandbox: { files } }: VerifyScene, fileId: bigint): bigint {
  const before = files.get(fileId);
  const bytes = before && files.read(before, 0, before.size);
  assert.ok(bytes);
  const changed = Buffer.from(bytes);
  const middle = changed.length >> 1;
  changed.writeUInt8(changed.readUInt8(middle) ^ 1, middle);
  const id = fileId + 1_000_003n;
  files.put({ ...before, id, content: { kind: 'bytes', bytes: changed } });
  return id;
}

type Changed = (file: Document) => Document;

/** Each file inside the poll's copy, by its place in the document. */
const IN_POLL: Readonly<Record<string, (media: PollMedia, changed: Changed) => PollMedia>> = {
  'media.media.file': ({ attached, ...rest }, changed) => ({
    ...rest,
    attached: changed(attached as Document),
  }),
  'media.answers.1.media.file': ({ poll, ...rest }, changed) => {
    const answers = poll.answers.map((answer) =>
      answer.media ? { ...answer, media: changed(answer.media as Document) } : answer,
    );
    return { ...rest, poll: { ...poll, answers } };
  },
  'media.results.solutionMedia.file': ({ poll, ...rest }, changed) => {
    const { solution } = poll;
    assert.ok(solution);
    return {
      ...rest,
      poll: { ...poll, solution: { ...solution, media: changed(solution.media as Document) } },
    };
  },
};

test('verify --hashes finds one changed byte in a file of a poll, of an answer, of an explanation and of a rich message', async (t) => {
  const scene = await verifyScene(t, { seed: 'files inside', premium: true });
  const [source, target] = [scene.group('source'), scene.group('target')];
  const ids = {
    poll: scene.post(source, { media: quiz(scene) }),
    rich: scene.post(source, { rich: richMessage(scene) }),
  };
  const { folder, error } = await scene.clone(source, target);
  assert.equal(error, undefined);
  const whole = [...(target.box?.messages ?? [])];
  const [pollCopy, richCopy] = [
    whole.find(({ media }) => media?.kind === 'poll'),
    whole.find(({ rich }) => rich),
  ];
  assert.ok(pollCopy?.media?.kind === 'poll' && richCopy?.rich);
  const { media } = pollCopy;
  const { rich } = richCopy;
  const changed: Changed = (each) => ({ ...each, fileId: oneByteOff(scene, each.fileId) });
  const damages = [
    ...Object.entries(IN_POLL).map(
      ([field, inPoll]) =>
        [
          `bytes ${field} ${ids.poll}→${pollCopy.id}`,
          () => change({ target }, pollCopy.id, { media: inPoll(media, changed) }),
        ] as const,
    ),
    [
      `bytes richMessage.files.0 ${ids.rich}→${richCopy.id}`,
      () => change({ target }, richCopy.id, { rich: withOtherFile(scene, rich) }),
    ] as const,
  ];
  for (const byLedger of [true, false]) {
    const verify = () =>
      scene.verify(source, target, { ...(byLedger && { folder }), sample: { kind: 'all' } });
    const before = await verify();
    assert.deepEqual([findingsOf(before), before.files], [[], 4]);
    for (const [expected, damage] of damages) {
      damage();
      const report = await verify();
      target.box?.messages.splice(0, Number.POSITIVE_INFINITY, ...whole);
      assert.deepEqual(findingsOf(report), [expected]);
    }
  }
});

function withOtherFile(scene: VerifyScene, rich: RichMessage): RichMessage {
  const [before = 0n] = rich.documents;
  const after = oneByteOff(scene, before);
  const blocks = rich.blocks.map((block) =>
    'documentId' in block ? { ...block, documentId: after } : block,
  );
  return { ...rich, blocks, documents: [after] };
}
