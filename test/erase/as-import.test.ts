import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { clockOfZone, fixedClock } from '../../lib/erase/as-import/import-clock.js';
import type { ImportRun } from '../../lib/erase/as-import/import-run.js';
import type { MessageDocument } from '../../lib/messages/document/document.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import { deleteMessages } from '../../lib/sandbox/world/changing.js';
import { finishImports } from '../../lib/sandbox/world/imports.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { fileMedia, post, service } from '../support/documents.js';
import { importScene } from '../support/import-history-scene.js';
import { JumpingClock } from '../support/jumping-clock.js';

let scene: CloneScene;
const clock = new JumpingClock();

before(async () => {
  clock.start();
  scene = await cloneScene({ seed: 'as-import', clock });
});
after(async () => {
  await scene.close();
  clock.stop();
});

const START = Date.UTC(2021, 2, 5, 12) / 1000;
const FILES = new Map([
  ['11', Buffer.from('%PDF-1.4 a report')],
  ['12', Buffer.alloc(700_000, 7)],
]);

/** A short history with everything that an import has. */
function history(): MessageDocument[] {
  return [
    service({ id: 1, date: START }),
    post({ id: 2, date: START + 1, text: 'first\n31/12/2020, 23:59:01 - Zoë: not a message' }),
    post({
      id: 3,
      date: START + 2,
      author: 43,
      text: 'a caption',
      media: fileMedia(17, { id: '11', name: 'report.pdf', mime: 'application/pdf' }),
    }),
    post({ id: 4, date: START + 2, author: 43, text: '', media: fileMedia(700_000, { id: '12' }) }),
    post({ id: 5, date: START + 61, text: '<attached: telepi-9f86d081-000001.pdf>' }),
    post({ id: 6, date: START + 62, author: 44, text: '', media: fileMedia(5, { id: '13' }) }),
  ];
}

const ZOE = 'Zoë';
const BOB = 'Bob∶ Roe';
const EXPECTED = [
  [START + 1, ZOE, 'first\n31/12/2020, 23:59:01 - Zoë: not a message', undefined],
  [START + 2, BOB, '', 17],
  [START + 2, BOB, 'a caption', undefined],
  [START + 2, BOB, '', 700_000],
  [START + 61, ZOE, '<attached: telepi-9f86d081-000001.pdf>', undefined],
  [START + 62, 'User 44', '[file]', undefined],
];

function shown({ forward, text, media }: Message) {
  const size = media?.kind === 'document' ? scene.sandbox.files.get(media.fileId)?.size : undefined;
  return [forward?.date, forward?.name, text.replaceAll('\u2060', ''), size];
}

const open = async (t: TestContext, title: string) => {
  const chat = scene.group(title);
  return { chat, own: await importScene(t, scene, chat, clock) };
};

test('a history comes into a group with its own dates, names, texts and files, in its order', async (t) => {
  const { own } = await open(t, 'whole');
  const summary = await own.run(history(), { files: FILES });
  assert.deepEqual(own.imported().map(shown), EXPECTED);
  assert.deepEqual(summary, { parts: 1, messages: 6, imported: 6, files: 2, differing: 0, damaged: 0 });
  assert.deepEqual(
    own.events.map(({ kind }) => kind),
    ['begun', 'uploaded', 'uploaded', 'started', 'arrived'],
  );
});

test('a second run imports nothing, with fewer messages, other files or more messages only what is new', async (t) => {
  const { own } = await open(t, 'twice');
  await own.run(history(), { files: FILES });
  await own.run(history(), { files: FILES, again: true });
  assert.equal(own.imported().length, EXPECTED.length);
  assert.deepEqual(own.events.at(-1), { kind: 'found', part: 1, state: 'arrived' });
  await own.run(history().slice(0, 3));
  await own.run([...history(), post({ id: 7, date: START + 63, text: 'one more' })], { files: FILES });
  assert.equal(own.imported().length, EXPECTED.length + 1);
});

class Died extends Error {}

/** Dies at the nth step: before or after a call to Telegram, or before or after a note. */
function dyingAt(run: ImportRun, nth: number): ImportRun {
  let steps = 0;
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    steps += 1;
    if (steps === nth) throw new Died();
    const result = await work();
    steps += 1;
    if (steps === nth) throw new Died();
    return result;
  };
  const client: ImportRun['client'] = new Proxy(run.client, {
    get(target, name) {
      if (name === 'call')
        return (...args: Parameters<typeof target.call>) => step(() => target.call(...args));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const { journal } = run;
  return {
    ...run,
    client,
    journal: {
      all: () => journal.all(),
      ranges: () => journal.ranges(),
      isOwn: (range) => journal.isOwn(range),
      note: (...args) => step(() => journal.note(...args)),
    },
  };
}

test('a process that dies at any step leaves an import that the next one completes, once', async (t) => {
  let deaths = 0;
  for (let nth = 1; ; nth += 1) {
    const { own } = await open(t, `death ${nth}`);
    try {
      await own.run(history(), { files: FILES, change: (run) => dyingAt(run, nth) });
      break;
    } catch (error) {
      if (!(error instanceof Died)) throw error;
    }
    deaths += 1;
    await own.run(history(), { files: FILES });
    assert.deepEqual(own.imported().map(shown), EXPECTED, `after a death at step ${nth}`);
  }
  assert.ok(deaths >= 20, `only ${deaths} deaths`);
});

test('answers that are lost repeat nothing', async (t) => {
  for (const method of ['InitHistoryImport', 'UploadImportedMedia', 'StartHistoryImport']) {
    const { own } = await open(t, `lost ${method}`);
    scene.sandbox.weather.script({ method: `messages.${method}`, fate: { kind: 'drop-after' } });
    await own.run(history(), { files: FILES });
    assert.deepEqual(own.imported().map(shown), EXPECTED, method);
  }
});

test('a long history takes several imports, the first of them small', async (t) => {
  const { own } = await open(t, 'parts');
  const limits = { first: 2, messages: 3, files: 1, bytes: 2 ** 20 };
  const summary = await own.run(history(), { files: FILES, limits });
  assert.deepEqual(own.imported().map(shown), EXPECTED);
  assert.equal(summary.parts, 3);
});

test('an import that Telegram takes its time over is waited for', async (t) => {
  const { own } = await open(t, 'slow');
  const { world } = scene.sandbox;
  world.holdsImports = true;
  t.after(() => {
    world.holdsImports = false;
  });
  const coming = own.run(history(), {
    files: FILES,
    change: (run) => ({
      ...run,
      onEvent: (event) => {
        run.onEvent(event);
        if (event.kind === 'coming') finishImports(world);
      },
    }),
  });
  await coming;
  assert.ok(own.events.some((event) => event.kind === 'coming' && event.arrived === 0));
  assert.deepEqual(own.imported().map(shown), EXPECTED);
});

test('messages that do not come are reported, and waited for by the next run', async (t) => {
  const { own } = await open(t, 'late');
  const { world } = scene.sandbox;
  world.holdsImports = true;
  await assert.rejects(own.run(history(), { files: FILES }), { code: 'IMPORT_INCOMPLETE' });
  world.holdsImports = false;
  finishImports(world);
  await own.run(history(), { files: FILES });
  assert.deepEqual(own.imported().map(shown), EXPECTED);
});

test('an import of which nobody knows is in doubt until a person decides', async (t) => {
  const { own } = await open(t, 'doubt');
  const refuse = () =>
    scene.sandbox.weather.script({
      method: 'messages.StartHistoryImport',
      fate: { kind: 'refuse', error: new RpcError(400, 'IMPORT_ID_INVALID') },
    });
  refuse();
  await assert.rejects(own.run(history(), { files: FILES }), { code: 'IMPORT_IN_DOUBT' });
  refuse();
  await assert.rejects(own.run(history(), { files: FILES }), { code: 'IMPORT_IN_DOUBT' });
  assert.equal(own.imported().length, 0);
  refuse();
  await own.run(history(), { files: FILES, again: true });
  assert.deepEqual(own.imported().map(shown), EXPECTED);
  assert.equal(own.events.filter(({ kind }) => kind === 'begun').length, 2);
});

/** Does something before or after the first call of a method. */
function around(
  run: ImportRun,
  method: string,
  when: 'before' | 'after',
  work: () => Promise<void>,
): ImportRun {
  let isDone = false;
  const client: ImportRun['client'] = new Proxy(run.client, {
    get(target, name) {
      if (name !== 'call') {
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      }
      return async (...args: Parameters<typeof target.call>) => {
        const isIt = !isDone && (args[0] as { className: string }).className === `messages.${method}`;
        if (isIt) isDone = true;
        if (isIt && when === 'before') await work();
        const result = await target.call(...args);
        if (isIt && when === 'after') await work();
        return result;
      };
    },
  });
  return { ...run, client };
}

test('an import that was started by a process that died is not made again, even where a person asks for it', async (t) => {
  const { own } = await open(t, 'again after a death');
  const die = async () => {
    throw new Died();
  };
  const change = (run: ImportRun) => around(run, 'StartHistoryImport', 'after', die);
  await assert.rejects(own.run(history(), { files: FILES, change }), Died);
  await own.run(history(), { files: FILES, again: true });
  assert.deepEqual(own.imported().map(shown), EXPECTED);
});

test('a process that was slow while another one has imported everything stops, and imports nothing', async (t) => {
  for (const method of ['InitHistoryImport', 'UploadImportedMedia', 'StartHistoryImport']) {
    const { own } = await open(t, `slow at ${method}`);
    const another = async () => {
      await own.takeOver();
      await own.run(history(), { files: FILES });
    };
    const change = (run: ImportRun) => around(run, method, 'before', another);
    const code = 'IMPORT_TAKEN_OVER';
    await assert.rejects(own.run(history(), { files: FILES, change }), { code }, method);
    assert.deepEqual(own.imported().map(shown), EXPECTED, method);
  }
});

test('the right to import is renewed while one step takes long, and its loss ends the run', async (t) => {
  const { own } = await open(t, 'renewed');
  const change = (run: ImportRun) =>
    around(run, 'InitHistoryImport', 'before', async () => {
      const first = await own.expiry();
      while ((await own.expiry()) === first) await clock.sleep(1000, run.signal);
      await own.takeOver();
      await clock.sleep(60_000, run.signal);
    });
  await assert.rejects(own.run(history(), { files: FILES, change }), { code: 'IMPORT_TAKEN_OVER' });
  assert.deepEqual(own.imported(), []);
});

test('dates that Telegram reads in another zone stop the import, and the zone is named', async (t) => {
  const { chat, own } = await open(t, 'zone');
  scene.me.utcOffset = 12_600;
  t.after(() => {
    delete scene.me.utcOffset;
  });
  const limits = { first: 2, messages: 10, files: 10, bytes: 2 ** 20 };
  await assert.rejects(own.run(history(), { files: FILES, limits }), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'IMPORT_DATES_SHIFTED');
    assert.match(error.message, /off by -03:30.*--import-offset=\+03:30 --import-again/);
    return true;
  });
  await assert.rejects(own.run(history(), { files: FILES, limits }), { code: 'IMPORT_WAS_SHIFTED' });
  const right = { files: FILES, limits, wallClock: fixedClock(12_600), again: true };
  await assert.rejects(own.run(history(), right), { code: 'IMPORT_WAS_SHIFTED' });
  const { world } = scene.sandbox;
  assert.equal(own.imported().length, 1, 'only the first, small import was made');
  const wrong = world.messagesWith(scene.me.id, chat.id).filter(({ forward }) => forward?.imported);
  world.announce(deleteMessages(world, wrong, {}));
  await own.run(history(), right);
  assert.deepEqual(own.imported().map(shown), EXPECTED);
});

test('dates of a zone with summer time stop the import before its second part, and are right by that zone', async (t) => {
  const { chat, own } = await open(t, 'summer');
  scene.me.zone = 'Europe/Berlin';
  t.after(() => {
    delete scene.me.zone;
  });
  const dates = [
    Date.UTC(2021, 0, 5),
    Date.UTC(2021, 6, 5),
    Date.UTC(2021, 9, 31, 0, 30),
    Date.UTC(2021, 11, 5),
  ];
  const documents = dates.map((date, index) => post({ id: index + 1, date: date / 1000, text: `t${index}` }));
  const limits = { first: 2, messages: 2, files: 1, bytes: 2 ** 20 };
  await assert.rejects(own.run(documents, { limits }), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'IMPORT_DATES_SHIFTED');
    assert.match(error.message, /between -02:00 and -01:00.*--import-zone.*--import-again/);
    return true;
  });
  assert.equal(own.imported().length, 2, 'only the first, small import was made');
  const { world } = scene.sandbox;
  const wrong = world.messagesWith(scene.me.id, chat.id).filter(({ forward }) => forward?.imported);
  world.announce(deleteMessages(world, wrong, {}));
  const right = { limits, wallClock: clockOfZone('Europe/Berlin'), again: true };
  // The sandbox takes the hour that comes twice for the later one.
  assert.deepEqual([(await own.run(documents, right)).differing, own.imported().length], [1, 4]);
});

test('what Telegram refuses ends the import with its reason, and nothing is imported', async (t) => {
  const { chat, own } = await open(t, 'refused');
  const refusals = [
    ['CheckHistoryImport', 'IMPORT_FORMAT_UNRECOGNIZED'],
    ['CheckHistoryImportPeer', 'USER_NOT_MUTUAL_CONTACT'],
    ['InitHistoryImport', 'IMPORT_FILE_INVALID'],
    ['InitHistoryImport', 'IMPORT_FORMAT_DATE_INVALID'],
    ['InitHistoryImport', 'IMPORT_PEER_TYPE_INVALID'],
    ['UploadImportedMedia', 'MEDIA_INVALID'],
    ['StartHistoryImport', 'CHAT_ADMIN_REQUIRED'],
  ] as const;
  for (const [method, word] of refusals) {
    const error = new RpcError(400, word);
    scene.sandbox.weather.script({ method: `messages.${method}`, fate: { kind: 'refuse', error } });
    await assert.rejects(own.run(history(), { files: FILES }), { code: word });
    assert.equal(own.imported().length, 0);
  }
  assert.ok(chat.box);
  await own.run(history(), { files: FILES });
  assert.deepEqual(own.imported().map(shown), EXPECTED);
});

test('an import that is under way in the chat is waited for', async (t) => {
  const { own } = await open(t, 'busy');
  const error = new RpcError(406, 'PREVIOUS_CHAT_IMPORT_ACTIVE_WAIT_5MIN');
  scene.sandbox.weather.script({ method: 'messages.InitHistoryImport', fate: { kind: 'refuse', error } });
  await own.run(history(), { files: FILES });
  assert.equal(scene.waits.at(-1)?.askedSeconds, 300);
  assert.deepEqual(own.imported().map(shown), EXPECTED);
});

test('parts that Telegram drops before they are used are uploaded again', async (t) => {
  const { own } = await open(t, 'dropped parts');
  const error = new RpcError(400, 'FILE_PART_0_MISSING');
  for (const method of ['InitHistoryImport', 'UploadImportedMedia'])
    scene.sandbox.weather.script({ method: `messages.${method}`, fate: { kind: 'refuse', error } });
  await own.run(history(), { files: FILES });
  assert.deepEqual(own.imported().map(shown), EXPECTED);
});

test('a private chat of two contacts takes its history on both sides', async (t) => {
  const { world } = scene.sandbox;
  const friend = world.createUser({ firstName: 'Zoë', phone: '9996600042' });
  friend.contacts.add(scene.me.id);
  world.post({ chat: friend.id, from: scene.me.id, text: 'hello' });
  const own = await importScene(t, scene, friend, clock);
  const two = [
    post({ id: 1, date: START, text: 'from her' }),
    post({ id: 2, date: START + 1, author: 43, text: 'from him' }),
  ];
  await assert.rejects(own.run(two), { code: 'USER_NOT_MUTUAL_CONTACT' });
  scene.me.contacts.add(friend.id);
  await own.run(two);
  assert.deepEqual(
    own.imported().map(({ text, from, forward }) => [text, from, forward?.date]),
    [
      ['from her', friend.id, START],
      ['from him', scene.me.id, START + 1],
    ],
  );
});
