"""Takes the steps with Telethon."""

import asyncio
import io
import re

from steps import content_of, guard_step, run, sha256, take
from telethon import TelegramClient, errors, events, functions, types
from telethon.crypto import rsa
from telethon.network import connection
from telethon.sessions import StringSession

MIB = 1 << 20
TRANSPORTS = {
    'full': connection.ConnectionTcpFull,
    'abridged': connection.ConnectionTcpAbridged,
    'intermediate': connection.ConnectionTcpIntermediate,
    'obfuscated': connection.ConnectionTcpObfuscated,
}


async def main(facts):
    await take('loopback only', guard_step())
    rsa.add_key(facts['publicKeyPem'], old=False)
    client = make_client(facts, '')
    await client.connect()
    await take('sign in: code', code(client, facts))
    await take('sign in: password', password(client, facts))
    dialogs = await client.get_dialogs()
    titles = sorted(dialog.title for dialog in dialogs)
    await take('dialogs', done({'titles': titles}))
    forum = next(dialog.entity for dialog in dialogs if dialog.title == facts['forumTitle'])
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
    await take('transports', transports(client, facts))
    await take('log out', log_out(client, facts))


async def done(found):
    return found


async def code(client, facts):
    await client.send_code_request(facts['phone'])
    refused = await words(client.sign_in(facts['phone'], '00000'))
    try:
        await client.sign_in(facts['phone'], facts['code'])
    except errors.SessionPasswordNeededError:
        return {'refused': refused}


async def password(client, facts):
    refused = await words(client.sign_in(password='wrong'))
    me = await client.sign_in(password=facts['password'])
    return {'refused': refused, 'me': me.first_name}


async def history(client, forum):
    messages = [message async for message in client.iter_messages(forum)]
    return {
        'ids': [message.id for message in messages],
        'texts': [message.raw_text for message in messages if message.raw_text],
    }


async def one_page(client, forum, page):
    request = functions.messages.GetHistoryRequest(
        peer=forum,
        offset_id=page['offsetId'],
        offset_date=page['offsetDate'],
        add_offset=page['addOffset'],
        limit=page['limit'],
        min_id=page['minId'],
        max_id=page['maxId'],
        hash=0,
    )
    return {'ids': [message.id for message in (await client(request)).messages]}


async def topics(client, forum, facts):
    found = await client(
        functions.messages.GetForumTopicsRequest(
            peer=forum, offset_date=None, offset_id=0, offset_topic=0, limit=100
        )
    )
    ids = [message.id async for message in client.iter_messages(forum, reply_to=facts['topicId'])]
    return {'titles': sorted(topic.title for topic in found.topics), 'ids': ids}


async def files(client, forum, facts):
    film = next(message for message in await client.get_messages(forum, 5) if message.file)

    async def home():
        channel = await client.get_entity(facts['channelUsername'])
        photo = next(message for message in await client.get_messages(channel, 5) if message.photo)
        return {'sha256': sha256(await client.download_media(photo, bytes))}

    async def other():
        data = await client.download_media(film, bytes)
        return {'sha256': sha256(data), 'name': film.file.name, 'dc': film.document.dc_id}

    async def middle():
        parts = [part async for part in client.iter_download(film.document, offset=MIB, request_size=65536)]
        return {'sha256': sha256(b''.join(parts))}

    async def thumbnail():
        return {'isJpeg': (await client.download_media(film, bytes, thumb=-1))[:2] == b'\xff\xd8'}

    async def upload(size):
        data = content_of(size)
        file = io.BytesIO(data)
        file.name = 'upload.bin'
        sent = await client.send_file(forum, file, reply_to=facts['topicId'], force_document=True)
        back = await client.get_messages(forum, ids=sent.id)
        return {'id': sent.id, 'sha256': sha256(data), 'back': sha256(await client.download_media(back, bytes))}

    await take('download: home DC', home())
    await take('download: other DC', other())
    await take('download: from the middle', middle())
    await take('download: thumbnail', thumbnail())
    await take('upload: small', upload(facts['smallBytes']))
    await take('upload: large', upload(facts['largeBytes']))


async def album(client, forum):
    film = next(message for message in await client.get_messages(forum, 10) if message.video)
    sent = await client.send_file(forum, [film.document, film.document], caption=['one', 'two'])
    return {'ids': [message.id for message in sent], 'captions': [message.raw_text for message in sent]}


async def entities(client, forum, facts):
    sent = await client.send_message(
        forum, '**bold** [link](https://example.org/) `code`', reply_to=facts['topicId'], link_preview=False
    )
    back = await client.get_messages(forum, ids=sent.id)
    return {'id': sent.id, 'back': [text for _, text in back.get_entities_text()]}


async def reply(client, forum, facts):
    sent = await client.send_message(forum, 'answer', reply_to=facts['replyTo'])
    return {'id': sent.id, 'replyTo': (await client.get_messages(forum, ids=sent.id)).reply_to.reply_to_msg_id}


async def update(client, forum, facts):
    heard = asyncio.get_running_loop().create_future()
    second = make_client(facts, client.session.save())
    await second.connect()

    @second.on(events.NewMessage(pattern='pushed'))
    async def hear(event):
        if not heard.done():
            heard.set_result(event.raw_text)

    await second.get_me()
    await client.send_message(forum, 'pushed', reply_to=facts['topicId'])
    text = await asyncio.wait_for(heard, 20)
    await second.disconnect()
    return {'heard': text}


async def username(client, facts):
    found = await client.get_entity(f"@{facts['channelUsername']}")
    unknown = functions.contacts.ResolveUsernameRequest('nobody_has_this')
    return {'title': found.title, 'unknown': await words(client(unknown))}


async def refusal(client, forum):
    return {'tooLong': await words(client(functions.messages.SendMessageRequest(forum, 'x' * 5000)))}


async def transports(client, facts):
    session = client.session.save()
    names = []
    for name, kind in TRANSPORTS.items():
        other = make_client(facts, session, kind)
        await other.connect()
        names += [name] if (await other.get_me()).first_name == 'Ada' else []
        await other.disconnect()
    return {'names': names}


async def log_out(client, facts):
    session = client.session.save()
    await client.log_out()
    other = make_client(facts, session)
    await other.connect()
    after = await words(other(functions.users.GetUsersRequest([types.InputUserSelf()])))
    await other.disconnect()
    return {'after': after}


def make_client(facts, session, kind=connection.ConnectionTcpFull):
    client = TelegramClient(
        StringSession(session), facts['apiId'], facts['apiHash'], flood_sleep_threshold=0, connection=kind
    )
    client.session.set_dc(facts['dcId'], facts['host'], facts['port'])
    return client


async def words(request):
    """A refusal in Telegram's words: Telethon has PHONE_CODE_INVALID as PhoneCodeInvalidError."""
    try:
        await request
    except errors.RPCError as error:
        name = type(error).__name__.removesuffix('Error')
        return re.sub(r'(?<=[a-z])(?=[A-Z])', '_', name).upper()
    return None


run(main)
