// Reads result.json with telegram-chat-parser.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { loopbackOnly, readFacts, take } from './steps.mjs';

const { TelegramChat } = createRequire(import.meta.url)('telegram-chat-parser');

loopbackOnly();
const { chats, desktop } = await readFacts();
for (const name of chats) {
  await take(name, async () => {
    const chat = new TelegramChat(readFileSync(join(desktop[name], 'result.json'), 'utf8'));
    return {
      name: chat.name,
      id: chat.id,
      messages: chat.messages.map((message) => [message.id, message.text(), message.isMessage]),
      replies: chat.messages.flatMap((message) =>
        message.replyTo ? [[message.id, message.replyTo.id]] : [],
      ),
    };
  });
}
