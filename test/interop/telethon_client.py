"""Does with Telethon what a user of a chat does. Facts come as JSON on standard input; findings go out as JSON."""

import asyncio
import hashlib
import io
import json
import logging
import os
import sys

from telethon import TelegramClient, errors, events, functions, types
from telethon.crypto import rsa
from telethon.network import connection
from telethon.sessions import StringSession


async def main(facts):
    found = {}
    rsa.add_key(facts['publicKeyPem'], old=False)
    client = make_client(facts, '')
    await client.connect()
    found['signedInBefore'] = await client.is_user_authorized()
    sent = await client.send_code_request(facts['phone'])
    found['codeType'] = type(sent.type).__name__
    found['wrongCode'] = await refusal(client.sign_in(facts['phone'], '00000'))
    try:
        await client.sign_in(facts['phone'], facts['code'])
    except errors.SessionPasswordNeededError:
        found['wrongPassword'] = await refusal(client.sign_in(password='wrong'))
        await client.sign_in(password=facts['password'])
    me = await client.get_me()
    found['me'] = me.first_name

    dialogs = await client.get_dialogs()
    found['dialogs'] = sorted(dialog.title for dialog in dialogs)
    forum = next(dialog.entity for dialog in dialogs if dialog.title == facts['forumTitle'])
    found['isForum'] = forum.forum

    topics = await client(functions.messages.GetForumTopicsRequest(
        peer=forum, offset_date=None, offset_id=0, offset_topic=0, limit=100
    ))
    found['topics'] = sorted(topic.title for topic in topics.topics)

    texts = [message async for message in client.iter_messages(forum, reverse=True) if (message.raw_text or '').startswith('text')]
    found['texts'] = [message.raw_text for message in texts]
    found['bold'] = [message.get_entities_text(types.MessageEntityBold)[0][1] for message in texts[:1]]
    found['inTopic'] = len([one async for one in client.iter_messages(forum, reply_to=facts['topicId'])])

    film = next(message for message in await client.get_messages(forum, 5) if message.file)
    found['documentDc'] = film.document.dc_id
    found['documentName'] = film.file.name
    found['documentHash'] = hashlib.sha256(await client.download_media(film, bytes)).hexdigest()
    # From the middle on, and with another part size.
    parts = b''.join([part async for part in client.iter_download(film.document, offset=1 << 20, request_size=65536)])
    found['middleHash'] = hashlib.sha256(parts).hexdigest()
    thumb = await client.download_media(film, bytes, thumb=-1)
    found['thumbIsJpeg'] = thumb[:2] == b'\xff\xd8'

    channel = await client.get_entity('@' + facts['channelUsername'])
    photo = next(message for message in await client.get_messages(channel, 5) if message.photo)
    found['photoIsJpeg'] = (await client.download_media(photo, bytes))[:2] == b'\xff\xd8'
    found['unknownName'] = await refusal(client.get_entity('@nobody_has_this'))

    heard = asyncio.get_running_loop().create_future()
    second = make_client(facts, client.session.save())
    await second.connect()

    @second.on(events.NewMessage(pattern='pushed'))
    async def hear(event):
        if not heard.done():
            heard.set_result(event)

    await second.get_me()

    text = await client.send_message(forum, 'hello **world**', reply_to=facts['topicId'])
    await client.send_message(forum, 'pushed')
    event = await asyncio.wait_for(heard, 20)
    found['pushed'] = event.raw_text
    await second.disconnect()
    found['sentText'] = (await client.get_messages(forum, ids=text.id)).raw_text

    for name, size in (('small', 300_000), ('big', 12 * 1024 * 1024 + 7)):
        content = os.urandom(size)
        file = io.BytesIO(content)
        file.name = f'{name}.bin'
        message = await client.send_file(forum, file, caption=name, reply_to=facts['topicId'], force_document=True)
        found[f'{name}Hash'] = hashlib.sha256(content).hexdigest()
        found[f'{name}Id'] = message.id
        found[f'{name}Size'] = message.file.size
    back = await client.get_messages(forum, ids=found['smallId'])
    found['smallBack'] = hashlib.sha256(await client.download_media(back, bytes)).hexdigest()

    album = await client.send_file(forum, [film.document, film.document], caption=['one', 'two'])
    found['album'] = [len(album), len({message.grouped_id for message in album})]
    found['tooLong'] = await refusal(client(functions.messages.SendMessageRequest(forum, 'x' * 5000)))
    found['deleted'] = (await client.get_messages(forum, ids=[999_999]))[0] is None
    found['transports'] = [await over(kind, facts, client.session.save()) for kind in TRANSPORTS]
    session = client.session.save()
    await client.log_out()
    found['afterLogOut'] = await over(connection.ConnectionTcpFull, facts, session)
    return found


TRANSPORTS = (
    connection.ConnectionTcpFull,
    connection.ConnectionTcpAbridged,
    connection.ConnectionTcpIntermediate,
    connection.ConnectionTcpObfuscated,
)


async def over(kind, facts, session):
    """The user's name, asked over another transport under the same key."""
    client = make_client(facts, session, kind)
    await client.connect()
    me = await client.get_me()
    await client.disconnect()
    return me and me.first_name


def make_client(facts, session, kind=connection.ConnectionTcpFull):
    client = TelegramClient(
        StringSession(session), facts['apiId'], facts['apiHash'], flood_sleep_threshold=0, connection=kind
    )
    client.session.set_dc(facts['dcId'], facts['host'], facts['port'])
    return client


async def refusal(request):
    try:
        await request
    except (errors.RPCError, ValueError) as error:
        return type(error).__name__
    return None


if os.environ.get('TELEPI_LOUD'):
    logging.basicConfig(level=logging.DEBUG)
json.dump(asyncio.run(asyncio.wait_for(main(json.load(sys.stdin)), 100)), sys.stdout)
