"""Takes the steps with Kurigram. Telegram's addresses and keys are built into it: both are replaced before it connects."""

import asyncio
import hashlib
import io

import rsa
from pyrogram import Client, filters, handlers, types, utils
from pyrogram.crypto.rsa import PublicKey, server_public_keys
from pyrogram.errors import RPCError, SessionPasswordNeeded
from pyrogram.raw import functions
from pyrogram.session.auth import Auth
from steps import content_of, guard_step, run, sha256, take


class SandboxClient(Client):
    """Kurigram writes the address of Telegram's DC 2 into every new storage; this one's is the sandbox's."""

    def __init__(self, facts, session_string=None):
        super().__init__(
            'interop',
            api_id=facts['apiId'],
            api_hash=facts['apiHash'],
            in_memory=True,
            session_string=session_string,
            sleep_threshold=0,
        )
        self.facts = facts

    async def load_session(self):
        facts, storage = self.facts, self.storage
        await storage.open()
        await storage.server_address(facts['host'])
        await storage.port(facts['port'])
        if await storage.user_id() is not None:
            return
        await storage.dc_id(facts['dcId'])
        await storage.api_id(facts['apiId'])
        await storage.date(0)
        await storage.test_mode(False)
        auth = Auth(self, facts['dcId'], facts['host'], facts['port'], False)
        await storage.auth_key(await auth.create())
        await storage.user_id(None)
        await storage.is_bot(None)


async def main(facts):
    await take('loopback only', guard_step())
    trust(facts['publicKeyPem'])
    client = SandboxClient(facts)
    await client.connect()
    await take('sign in: code', code(client, facts))
    await take('sign in: password', password(client, facts))
    await client.initialize()
    chats = {dialog.chat.title: dialog.chat async for dialog in client.get_dialogs()}
    await take('dialogs', done({'titles': sorted(chats)}))
    forum = chats[facts['forumTitle']].id
    await take('history', history(client, forum))
    for step, page in facts['pages'].items():
        await take(step, one_page(client, forum, page))
    await take('topics', topics(client, forum, facts))
    await files(client, forum, facts)
    await take('album', album(client, forum))
    await take('entities', entities(client, forum, facts))
    await take('reply', reply(client, forum, facts))
    await take('update', update(client, forum, facts))
    await take('username', username(client, facts))
    await take('refusal', refusal(client, forum))
    await take('log out', log_out(client, facts))


def trust(pem):
    key = rsa.PublicKey.load_pkcs1(pem.encode())
    tl = b''.join(tl_bytes(number) for number in (key.n, key.e))
    fingerprint = int.from_bytes(hashlib.sha1(tl).digest()[-8:], 'little', signed=True)
    server_public_keys.clear()
    server_public_keys[fingerprint] = PublicKey(key.n, key.e)


def tl_bytes(number):
    data = number.to_bytes((number.bit_length() + 7) // 8, 'big')
    head = bytes([len(data)]) if len(data) < 254 else b'\xfe' + len(data).to_bytes(3, 'little')
    return head + data + bytes(-(len(head) + len(data)) % 4)


async def done(found):
    return found


async def code(client, facts):
    sent = await client.send_phone_number_code(facts['phone'])
    refused = await words(client.sign_in(facts['phone'], sent.phone_code_hash, '00000'))
    try:
        await client.sign_in(facts['phone'], sent.phone_code_hash, facts['code'])
    except SessionPasswordNeeded:
        return {'refused': refused}


async def password(client, facts):
    refused = await words(client.check_password('wrong'))
    me = await client.check_password(facts['password'])
    client.me = me
    return {'refused': refused, 'me': me.first_name}


async def history(client, forum):
    messages = [message async for message in client.get_chat_history(forum)]
    texts = [message.text or message.caption for message in messages]
    return {'ids': [message.id for message in messages], 'texts': [text for text in texts if text]}


async def one_page(client, forum, page):
    request = functions.messages.GetHistory(
        peer=await client.resolve_peer(forum),
        offset_id=page['offsetId'],
        offset_date=page['offsetDate'],
        add_offset=page['addOffset'],
        limit=page['limit'],
        max_id=page['maxId'],
        min_id=page['minId'],
        hash=0,
    )
    messages = await utils.parse_messages(client, await client.invoke(request), replies=0)
    return {'ids': [message.id for message in messages]}


async def topics(client, forum, facts):
    titles = [topic.title async for topic in client.get_forum_topics(forum)]
    ids = [message.id async for message in client.get_discussion_replies(forum, facts['topicId'])]
    return {'titles': sorted(titles), 'ids': ids}


async def files(client, forum, facts):
    film = await film_of(client, forum)

    async def home():
        history = client.get_chat_history(facts['channelUsername'])
        photo = [message async for message in history if message.photo][0]
        return {'sha256': sha256(await download(client, photo))}

    async def other():
        data = await download(client, film)
        name = film.video.file_name
        return {'sha256': sha256(data), 'name': name, 'dc': dc_of(film.video.file_id)}

    async def middle():
        # Counts in chunks of 1 MiB.
        parts = [part async for part in client.stream_media(film, offset=1)]
        return {'sha256': sha256(b''.join(parts))}

    async def thumbnail():
        data = await download(client, film.video.thumbs[0].file_id)
        return {'isJpeg': data[:2] == b'\xff\xd8'}

    async def upload(size):
        data = content_of(size)
        file = io.BytesIO(data)
        file.name = 'upload.bin'
        sent = await client.send_document(
            forum, file, message_thread_id=facts['topicId'], force_document=True
        )
        back = await client.get_messages(forum, sent.id)
        return {'id': sent.id, 'sha256': sha256(data), 'back': sha256(await download(client, back))}

    await take('download: home DC', home())
    await take('download: other DC', other())
    await take('download: from the middle', middle())
    await take('download: thumbnail', thumbnail())
    await take('upload: small', upload(facts['smallBytes']))
    await take('upload: large', upload(facts['largeBytes']))


async def film_of(client, forum):
    return [message async for message in client.get_chat_history(forum, limit=20) if message.video][0]


def dc_of(file_id):
    from pyrogram.file_id import FileId

    return FileId.decode(file_id).dc_id


async def download(client, what):
    return (await client.download_media(what, in_memory=True)).getvalue()


async def album(client, forum):
    file_id = (await film_of(client, forum)).video.file_id
    items = [types.InputMediaVideo(file_id, caption=caption) for caption in ('one', 'two')]
    sent = await client.send_media_group(forum, items)
    return {'ids': [message.id for message in sent], 'captions': [message.caption for message in sent]}


async def entities(client, forum, facts):
    text = '**bold** [link](https://example.org/) `code`'
    sent = await client.send_message(forum, text, message_thread_id=facts['topicId'])
    back = await client.get_messages(forum, sent.id)
    words_of = [back.text[entity.offset : entity.offset + entity.length] for entity in back.entities]
    return {'id': sent.id, 'back': [str(word) for word in words_of]}


async def reply(client, forum, facts):
    answered = types.ReplyParameters(message_id=facts['replyTo'])
    sent = await client.send_message(forum, 'answer', reply_parameters=answered)
    back = await client.get_messages(forum, sent.id, replies=0)
    return {'id': sent.id, 'replyTo': back.reply_to_message_id}


async def update(client, forum, facts):
    heard = asyncio.get_running_loop().create_future()
    second = SandboxClient(facts, await client.export_session_string())

    async def hear(_client, message):
        if not heard.done():
            heard.set_result(message.text)

    second.add_handler(handlers.MessageHandler(hear, filters.regex('pushed')))
    await second.start()
    await client.send_message(forum, 'pushed', message_thread_id=facts['topicId'])
    text = await asyncio.wait_for(heard, 20)
    await second.stop()
    return {'heard': str(text)}


async def username(client, facts):
    found = await client.get_chat(facts['channelUsername'])
    unknown = functions.contacts.ResolveUsername(username='nobody_has_this')
    return {'title': found.title, 'unknown': await words(client.invoke(unknown))}


async def refusal(client, forum):
    request = functions.messages.SendMessage(
        peer=await client.resolve_peer(forum), message='x' * 5000, random_id=client.rnd_id()
    )
    return {'tooLong': await words(client.invoke(request))}


async def log_out(client, facts):
    other = SandboxClient(facts, await client.export_session_string())
    await client.log_out()
    return {'after': await words(other.start())}


async def words(request):
    """A refusal in Telegram's words."""
    try:
        await request
    except RPCError as error:
        return error.ID
    return None


run(main)
