import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from 'telegram/tl/index.js';
import { readOnlyClient } from '../../lib/clone/read-only-client.js';
import type { TelepiClient } from '../../lib/telegram/client.js';

test('a dry run can read, and cannot call anything that changes Telegram', async () => {
  const asked: string[] = [];
  const call = async (request: { readonly className: string }): Promise<void> => {
    asked.push(request.className);
  };
  const client = readOnlyClient({
    call,
    callOnce: call,
    isWaiting: false,
  } as unknown as TelepiClient);
  const reads = [
    new Api.messages.GetHistory({} as never),
    new Api.messages.GetReplies({} as never),
    new Api.channels.GetMessages({} as never),
    new Api.messages.GetForumTopics({} as never),
    new Api.help.GetAppConfig({} as never),
  ];
  for (const request of reads) await client.call(request as never, {} as never);
  assert.deepEqual(
    asked,
    reads.map(({ className }) => className),
  );
  for (const request of [
    new Api.messages.SendMessage({} as never),
    new Api.messages.SendMultiMedia({} as never),
    new Api.messages.ForwardMessages({} as never),
    new Api.messages.UploadMedia({} as never),
    new Api.messages.CreateForumTopic({} as never),
    new Api.messages.EditMessage({} as never),
    new Api.messages.UpdatePinnedMessage({} as never),
    new Api.channels.CreateChannel({} as never),
    new Api.upload.SaveFilePart({} as never),
  ]) {
    for (const name of ['call', 'callOnce'] as const)
      assert.throws(() => client[name](request as never, {} as never), /A dry run would have called/);
  }
  assert.equal(client.isWaiting, false);
});
