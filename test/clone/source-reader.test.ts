import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from 'telegram';
import { silentLog } from '../../lib/base/log.js';
import { SourceReader } from '../../lib/clone/source-reader.js';
import { toLong } from '../../lib/telegram/long.js';

const { signal } = new AbortController();
const CHANNEL = new Api.PeerChannel({ channelId: toLong(1n) });
/** The root of the topic is an album, which was still arriving when the first answers came. */
const ALBUM = [10, 11, 14];
const REPLIES = [12, 13, 15];

/** A server that gives one message at a time, as it may. */
const client = {
  async call(request: unknown) {
    if (request instanceof Api.channels.GetMessages) {
      const wanted = request.id.map((each) => (each instanceof Api.InputMessageID ? each.id : 0));
      return page(ALBUM.filter((id) => wanted.includes(id)));
    }
    if (request instanceof Api.messages.GetReplies) {
      return page(REPLIES.filter((id) => id >= request.offsetId).slice(0, 1));
    }
    throw new Error('No other call is expected.');
  },
};

function page(ids: readonly number[]): Api.messages.ChannelMessages {
  const messages = ids.map(
    (id) =>
      new Api.Message({
        id,
        peerId: CHANNEL,
        date: id,
        message: String(id),
        ...(ALBUM.includes(id) && { groupedId: toLong(7n) }),
      }),
  );
  return new Api.messages.ChannelMessages({
    pts: 1,
    count: ids.length,
    messages,
    topics: [],
    chats: [],
    users: [],
  });
}

test('a thread is read whole when its root is an album that stands among the answers, also with a page read ahead', async () => {
  const source = {
    id: -1000000000001,
    kind: 'supergroup',
    peer: new Api.InputPeerChannel({ channelId: toLong(1n), accessHash: toLong(1n) }),
  };
  const options = { client, source, sourceTopic: 10, log: silentLog } as unknown as ConstructorParameters<
    typeof SourceReader
  >[0];
  for (const ahead of [false, true]) {
    const reader = new SourceReader(options, 0);
    if (ahead) await reader.begin(0, signal);
    const ids: number[] = [];
    for await (const messages of reader.pages(0, signal)) ids.push(...messages.map(({ id }) => id));
    assert.deepEqual(
      ids.sort((one, other) => one - other),
      [10, 11, 12, 13, 14, 15],
      ahead ? 'ahead' : 'plain',
    );
  }
});
