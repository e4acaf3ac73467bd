import assert from 'node:assert/strict';
import type { DocumentAttribute, StoredFile } from '../../lib/sandbox/files/stored-file.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import type { CloneScene } from './clone-scene.js';
import type { VerifyContent } from './verify-content.js';

/** A copy that is damaged, and where. */
export interface DamageScene {
  readonly scene: CloneScene;
  readonly target: Chat;
  readonly source: VerifyContent;
  /** The copy of a message of the source. */
  copy(sourceId: number): Message;
}

/** A damage, and what verify should find, as `findingsOf` writes it; `{x}` stands for the copy of x. */
export interface Damage {
  readonly name: string;
  readonly apply: (scene: DamageScene) => void;
  readonly found: (scene: DamageScene, byLedger: boolean) => readonly string[];
  /** Found only when files are read. */
  readonly inFiles?: true;
}

/** Puts other fields into a message of the target. */
export function change({ target }: Pick<DamageScene, 'target'>, id: number, fields: Partial<Message>): void {
  const messages = target.box?.messages ?? [];
  const index = messages.findIndex((message) => message.id === id);
  const before = messages[index];
  assert.ok(before, `The target has no message ${id}.`);
  messages[index] = { ...before, ...fields };
}

export function remove({ target }: DamageScene, id: number): void {
  const messages = target.box?.messages ?? [];
  messages.splice(
    messages.findIndex((message) => message.id === id),
    1,
  );
}

/** Posts a message once more, at the end. */
export function repeat({ scene, target }: DamageScene, message: Message): number {
  const { text, entities, media, groupedId, silent, topicId } = message;
  return scene.post(target, { text, entities, media, groupedId, silent, ...(topicId && { topicId }) });
}

/** Replaces the file of a message by another one. */
export function changeFile(at: DamageScene, id: number, fields: Partial<StoredFile>): void {
  const { sandbox } = at.scene;
  const message = at.target.box?.messages.find((each) => each.id === id);
  const media = message?.media;
  assert.ok(media && 'fileId' in media);
  const file = sandbox.files.get(media.fileId);
  assert.ok(file);
  const fileId = file.id + 1_000_003n;
  sandbox.files.put({ ...file, id: fileId, ...fields });
  change(at, id, { media: { ...media, fileId } });
}

/** The bytes of a file, with one of them changed. */
export function oneByteOff(at: DamageScene, id: number): Pick<StoredFile, 'content'> {
  const bytes = Buffer.from(bytesOf(at, id));
  const middle = bytes.length >> 1;
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  return { content: { kind: 'bytes', bytes } };
}

export function bytesOf({ scene, target }: DamageScene, id: number): Buffer {
  const media = target.box?.messages.find((each) => each.id === id)?.media;
  const file = media && 'fileId' in media ? scene.sandbox.files.get(media.fileId) : undefined;
  const bytes = file && scene.sandbox.files.read(file, 0, file.size);
  assert.ok(bytes);
  return bytes;
}

export function fileOf({ scene, target }: DamageScene, id: number): StoredFile {
  const media = target.box?.messages.find((each) => each.id === id)?.media;
  const file = media && 'fileId' in media ? scene.sandbox.files.get(media.fileId) : undefined;
  assert.ok(file);
  return file;
}

/** The attributes of a copy's file, with another form of one of them. */
export function withAttribute(
  at: DamageScene,
  id: number,
  type: DocumentAttribute['type'],
  fields: object,
): { readonly attributes: readonly DocumentAttribute[] } {
  const { attributes } = fileOf(at, id);
  return {
    attributes: attributes.map((each) =>
      each.type === type ? ({ ...each, ...fields } as DocumentAttribute) : each,
    ),
  };
}
