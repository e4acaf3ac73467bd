import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { repositoryRoot } from '../support/paths.js';
import { type Scene, startScene } from './scene.js';

const python = process.env['TELEPI_INTEROP_PYTHON'] ?? 'python3';
const asked: SpawnSyncReturns<string> = spawnSync(
  python,
  ['-c', 'import telethon; print(telethon.__version__)'],
  {
    encoding: 'utf8',
  },
);
const installed = asked.status === 0;

test('Telethon signs in, reads, downloads, uploads and hears of new messages', async (t) => {
  if (!installed) {
    t.skip('skipped: Telethon not installed (see test/interop/README.md)');
    return;
  }
  const scene = await startScene();
  t.after(() => scene.sandbox.close());
  const found = await telethon(scene, t.signal);

  assert.deepEqual(pick(found, 'signedInBefore', 'codeType', 'wrongCode', 'wrongPassword', 'me'), {
    signedInBefore: false,
    codeType: 'SentCodeTypeSms',
    wrongCode: 'PhoneCodeInvalidError',
    wrongPassword: 'PasswordHashInvalidError',
    me: 'Ada',
  });
  assert.deepEqual(found['dialogs'], ['Channel', 'Forum', 'Group']);
  assert.equal(found['isForum'], true);
  assert.deepEqual(found['topics'], ['General', 'News']);
  assert.deepEqual(
    found['texts'],
    Array.from({ length: scene.facts.texts }, (_, i) => `text ${i} 👋`),
  );
  assert.deepEqual(found['bold'], ['text']);
  assert.equal(found['inTopic'], scene.facts.texts + 1);

  const { content, sha256 } = await contentOf(scene);
  const middle = createHash('sha256')
    .update(content.subarray(1 << 20))
    .digest('hex');
  assert.deepEqual(pick(found, 'documentDc', 'documentName', 'documentHash', 'middleHash'), {
    documentDc: scene.document.dcId,
    documentName: scene.facts.documentName,
    documentHash: sha256,
    middleHash: middle,
  });
  assert.deepEqual(pick(found, 'thumbIsJpeg', 'photoIsJpeg'), { thumbIsJpeg: true, photoIsJpeg: true });
  assert.deepEqual(pick(found, 'unknownName', 'tooLong', 'deleted'), {
    unknownName: 'ValueError',
    tooLong: 'MessageTooLongError',
    deleted: true,
  });
  assert.deepEqual(pick(found, 'pushed', 'sentText', 'album'), {
    pushed: 'pushed',
    sentText: 'hello world',
    album: [2, 1],
  });
  // Full, abridged, intermediate, obfuscated.
  assert.deepEqual(found['transports'], ['Ada', 'Ada', 'Ada', 'Ada']);
  assert.equal(found['afterLogOut'], null);
  await checkUploads(scene, found);
});

/** What Telethon uploaded is what the sandbox has, by its own proof. */
async function checkUploads({ sandbox, forumId }: Scene, found: Findings): Promise<void> {
  assert.equal(found['smallBack'], found['smallHash']);
  for (const name of ['small', 'big']) {
    const message = sandbox.world.chat(forumId)?.box?.messages.find(({ id }) => id === found[`${name}Id`]);
    assert.equal(message?.text, name);
    assert.ok(message.media?.kind === 'document');
    const file = sandbox.files.get(message.media.fileId);
    assert.ok(file);
    assert.equal(file.size, found[`${name}Size`]);
    assert.equal(await sandbox.files.sha256(file), found[`${name}Hash`]);
  }
}

type Findings = Readonly<Record<string, unknown>>;

async function telethon({ facts }: Scene, signal: AbortSignal): Promise<Findings> {
  const script = join(repositoryRoot, 'test/interop/telethon_client.py');
  const child = spawn(python, [script], { stdio: 'pipe', signal });
  const [output, errors]: Buffer[][] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => output?.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors?.push(chunk));
  child.stdin.end(JSON.stringify(facts));
  const status = await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject));
  assert.equal(status, 0, Buffer.concat(errors ?? []).toString());
  return JSON.parse(Buffer.concat(output ?? []).toString()) as Findings;
}

async function contentOf({
  sandbox,
  document,
}: Scene): Promise<{ content: Buffer; sha256: string | undefined }> {
  const content = sandbox.files.read(document, 0, document.size);
  assert.ok(content);
  return { content, sha256: await sandbox.files.sha256(document) };
}

function pick(found: Findings, ...names: string[]): Findings {
  return Object.fromEntries(names.map((name) => [name, found[name]]));
}
