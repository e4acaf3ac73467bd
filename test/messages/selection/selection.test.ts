import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { olderId } from '../../../lib/base/source-ids.js';
import type { MessageDocument } from '../../../lib/messages/document/document.js';
import type { SelectionName } from '../../../lib/messages/selection/criteria.js';
import { extensionOf } from '../../../lib/messages/selection/files.js';
import { fileMedia, post, service } from '../../support/documents.js';
import { selectionFor } from '../../support/selection.js';

const PEOPLE = { self: 42, named: new Map([['ann', 77]]) };

const selection = (texts: Partial<Record<SelectionName, string>>) =>
  selectionFor(texts, { now: Date.UTC(2024, 5, 1), ...PEOPLE });

async function reasons(
  texts: Partial<Record<SelectionName, string>>,
  documents: readonly MessageDocument[],
): Promise<(string | undefined)[]> {
  const { reasonOf } = await selection(texts);
  return documents.map((document) => reasonOf(document));
}

const noon = Date.UTC(2024, 2, 5, 12) / 1000;

describe('a selection', () => {
  it('selects everything when nothing is asked for', async () => {
    const everything = await selection({ limit: '3' });
    assert.equal(everything.takesAll, true);
    assert.equal(everything.limit, 3);
    assert.equal(everything.reasonOf(post()), undefined);
    assert.equal(everything.reasonOf(service()), undefined);
  });

  it('names for each message the criterion that leaves it out', async () => {
    const file = post({ media: fileMedia(100, { name: 'a.PDF' }) });
    assert.deepEqual(
      await reasons({ since: '2024-03-05', until: '2024-03-05' }, [
        post({ date: noon - 86_400 }),
        post(),
        post({ date: noon + 43_200 }),
      ]),
      ['before_since', undefined, 'after_until'],
    );
    assert.deepEqual(
      await reasons({ fromId: '5', toId: '7' }, [
        post({ id: 4 }),
        post({ id: olderId(6) }),
        post({ id: 5 }),
        post({ id: 7 }),
        post({ id: 8 }),
      ]),
      ['below_from_id', 'below_from_id', undefined, undefined, 'above_to_id'],
    );
    assert.deepEqual(
      await reasons({ topic: '1,9' }, [post({ topic: 1 }), post({ topic: 9 }), post({ topic: 8 }), post()]),
      [undefined, undefined, 'not_topic', 'not_topic'],
    );
    const nobody = post();
    delete (nobody as { author?: number }).author;
    assert.deepEqual(
      await reasons({ sender: 'me,@Ann' }, [
        post(),
        post({ author: 77 }),
        post({ author: 78 }),
        nobody,
        { ...nobody, flags: { out: true } },
      ]),
      [undefined, undefined, 'not_sender', 'not_sender', undefined],
    );
    assert.deepEqual(
      await reasons({ kind: 'file,text' }, [
        file,
        post(),
        service(),
        post({ media: { kind: 'dice', emoji: '🎲', value: 3 } }),
      ]),
      [undefined, undefined, 'not_kind', 'not_kind'],
    );
    assert.deepEqual(await reasons({ excludeKind: 'file,service' }, [file, post(), service()]), [
      'excluded_kind',
      undefined,
      'excluded_kind',
    ]);
    assert.deepEqual(
      await reasons({ minSize: '100', maxSize: '100' }, [file, post(), post({ media: fileMedia(101) })]),
      [undefined, 'too_small', 'too_large'],
    );
    assert.deepEqual(await reasons({ maxSize: '100' }, [post()]), [undefined]);
    assert.deepEqual(await reasons({ ext: 'pdf' }, [file, post({ media: fileMedia(1) }), post()]), [
      undefined,
      'not_ext',
      'not_ext',
    ]);
    assert.deepEqual(
      await reasons({ match: 'wor(d|t)s' }, [
        post({ text: 'some words' }),
        post({ text: 'swords?' }),
        post({ text: 'word' }),
      ]),
      [undefined, undefined, 'not_match'],
    );
    assert.deepEqual(await reasons({ filter: 'views > 3' }, [post({ views: 4 }), post()]), [
      undefined,
      'not_filter',
    ]);
  });

  it('takes an album or leaves it out whole, by every criterion', async () => {
    const items = [
      post({ id: 10, text: 'The trip', album: '1', media: fileMedia(10, { kind: 'video' }) }),
      post({ id: 11, album: '1', date: noon + 86_400, media: fileMedia(20) }),
    ];
    const of = async (texts: Partial<Record<SelectionName, string>>): Promise<(string | undefined)[]> => {
      const { reasonOf } = await selection(texts);
      return items.map((item) => reasonOf(item, { album: items }));
    };
    assert.deepEqual(await of({ match: 'trip' }), [undefined, undefined]);
    assert.deepEqual(await of({ toId: '10' }), [undefined, undefined]);
    assert.deepEqual(await of({ fromId: '11' }), ['below_from_id', 'below_from_id']);
    assert.deepEqual(await of({ until: '2024-03-05' }), [undefined, undefined]);
    assert.deepEqual(await of({ kind: 'video' }), [undefined, undefined]);
    assert.deepEqual(await of({ kind: 'voice' }), ['not_kind', 'not_kind']);
    assert.deepEqual(await of({ excludeKind: 'video' }), ['excluded_kind', 'excluded_kind']);
    assert.deepEqual(await of({ minSize: '15' }), [undefined, undefined]);
    assert.deepEqual(await of({ minSize: '25' }), ['too_small', 'too_small']);
    assert.deepEqual(await of({ maxSize: '15' }), ['too_large', 'too_large']);
    assert.deepEqual(await of({ maxSize: '25' }), [undefined, undefined]);
    assert.deepEqual(await of({ ext: 'xyz' }), ['not_ext', 'not_ext']);
    assert.deepEqual(await of({ topic: '9' }), ['not_topic', 'not_topic']);
    assert.deepEqual(await of({ sender: '4711' }), ['not_sender', 'not_sender']);
    assert.deepEqual(await of({ filter: 'text != ""' }), [undefined, undefined]);
    assert.deepEqual(await of({ filter: 'text == "x"' }), ['not_filter', 'not_filter']);
    assert.deepEqual(await of({ filter: 'albumText != ""' }), [undefined, undefined]);
  });

  it('leaves no message out by its date that has none', async () => {
    const unknown = {
      version: 1,
      kind: 'unknown',
      id: 3,
      unknown: { kind: 'unknown', id: '00000000', tl: '' },
    } as const;
    assert.deepEqual(await reasons({ since: '2024', until: '2025' }, [unknown]), [undefined]);
  });
});

describe('the ending of a file', () => {
  it('is that of its name, or the usual one of its type', () => {
    const of = (mime: string, name?: string): string =>
      extensionOf({
        source: 'document',
        id: '',
        accessHash: '',
        dc: 1,
        size: 1,
        mime,
        fileReference: '',
        ...(name !== undefined && { name }),
      });
    assert.equal(of('application/pdf', 'Report.tar.GZ'), 'gz');
    assert.equal(of('image/jpeg'), 'jpg');
    assert.equal(of('application/x-rar', 'no ending'), 'rar');
    assert.equal(of(''), '');
  });
});
