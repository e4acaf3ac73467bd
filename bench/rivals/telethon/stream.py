"""A driver on Telethon and cryptg: the loop of the usual cloning script.

The file is read in order, one request of 512 KiB after another (iter_download); each part is sent by a task of its own
(upload.saveBigFilePart), at most ten of them at once.

With a folder in the task: the loop of the usual downloading script. All messages are read first, and download_media is
called for five of them at once.
"""

import asyncio
import base64
import json
import os
import random
import sys

from telethon import TelegramClient, functions, types
from telethon.crypto import AuthKey, rsa
from telethon.sessions import MemorySession

PART_SIZE = 512 * 1024
UPLOADS = 10
DOWNLOADS = 5


async def main():
    lines = asyncio.StreamReader(limit=2**20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    task = json.loads(await lines.readline())
    rsa.add_key(task['server']['publicKeyPem'], old=False)
    client = TelegramClient(session_of(task['session']), task['apiId'], task['apiHash'], receive_updates=False)
    await client.connect()
    if not await client.is_user_authorized():
        sys.exit('The session is not signed in.')
    tell('ready')
    await lines.readline()
    count = None
    if 'reads' in task:
        count = await read_all(client, channel(task['source']))
    elif 'folder' in task:
        await download(client, channel(task['source']), task['messageIds'], task['folder'])
    else:
        for message_id in task['messageIds']:
            await carry(client, channel(task['source']), channel(task['target']), message_id)
    tell('done', **({} if count is None else {'messages': count}))
    await lines.readline()
    await client.disconnect()


async def carry(client, source, target, message_id):
    message = await client.get_messages(source, ids=message_id)
    document = message.document
    total = -(-document.size // PART_SIZE)
    file_id = random.getrandbits(63)
    free = asyncio.Semaphore(UPLOADS)

    async def send(index, part):
        try:
            if not await client(functions.upload.SaveBigFilePartRequest(file_id, index, total, part)):
                raise RuntimeError(f'part {index} was refused')
        finally:
            free.release()

    tasks = []
    async for part in client.iter_download(document, request_size=PART_SIZE, file_size=document.size):
        await free.acquire()
        tasks.append(asyncio.create_task(send(len(tasks), bytes(part))))
    await asyncio.gather(*tasks)
    await client(functions.messages.SendMediaRequest(
        peer=target,
        message=message.message,
        media=types.InputMediaUploadedDocument(
            file=types.InputFileBig(file_id, total, 'file.bin'),
            mime_type=document.mime_type,
            attributes=document.attributes,
            force_file=True,
        ),
    ))


async def read_all(client, source):
    count = 0
    # Telethon would wait a second between requests.
    async for _ in client.iter_messages(source, wait_time=0):
        count += 1
    return count


async def download(client, source, message_ids, folder):
    free = asyncio.Semaphore(DOWNLOADS)

    async def one(message):
        async with free:
            await client.download_media(message, file=os.path.join(folder, f'{message.id}.bin'))

    messages = await client.get_messages(source, ids=message_ids)
    await asyncio.gather(*(one(message) for message in messages))


def channel(peer):
    return types.InputPeerChannel(int(peer['channelId']), int(peer['accessHash']))


def session_of(text):
    """Reads the form of GramJS: version, DC, length and name of the host, port, key."""
    data = base64.b64decode(text[1:])
    length = int.from_bytes(data[1:3], 'big')
    session = MemorySession()
    session.set_dc(data[0], data[3:3 + length].decode(), int.from_bytes(data[3 + length:5 + length], 'big'))
    session.auth_key = AuthKey(data[5 + length:])
    return session


def tell(event, **more):
    print(json.dumps({'event': event, **more}, separators=(',', ':')), flush=True)


asyncio.run(main())
