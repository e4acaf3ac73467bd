"""Reads chats with Telethon, and compares them with what telepi has exported of them: ids, dates, authors, texts, entities, answers and files."""

import json
from pathlib import Path

from steps import run, sha256, take
from telethon import TelegramClient, functions, types
from telethon.crypto import rsa
from telethon.sessions import StringSession
from telethon.utils import get_peer_id

# What Telegram Desktop calls them; an entity that isn't here is written as unknown.
KINDS = {
    'Mention': 'mention', 'Hashtag': 'hashtag', 'Cashtag': 'cashtag', 'BotCommand': 'bot_command', 'Url': 'link',
    'Email': 'email', 'Phone': 'phone', 'BankCard': 'bank_card', 'Bold': 'bold', 'Italic': 'italic',
    'Underline': 'underline', 'Strike': 'strikethrough', 'Spoiler': 'spoiler', 'Code': 'code', 'Pre': 'pre',
    'TextUrl': 'text_link', 'MentionName': 'mention_name', 'Blockquote': 'blockquote', 'CustomEmoji': 'custom_emoji',
}
OLDER_SHIFT = -1_000_000_000


async def main(facts):
    rsa.add_key(facts['publicKeyPem'], old=False)
    client = TelegramClient(StringSession(''), facts['apiId'], facts['apiHash'], flood_sleep_threshold=0)
    client.session.set_dc(facts['dcId'], facts['host'], facts['port'])
    await client.connect()
    await client.start(facts['phone'], facts['password'], code_callback=lambda: facts['code'])
    known = {get_peer_id(dialog.entity): dialog.entity for dialog in await client.get_dialogs()}
    for name, chat in facts['compared'].items():
        await take(name, compare(client, known[chat['id']], Path(chat['folder'])), 150)
    await client.disconnect()


async def compare(client, chat, folder):
    exported = {each['id']: each for each in json.loads((folder / 'result.json').read_text('utf-8'))['messages']}
    read = {message.id + shift: (message, shift) for message, shift in await histories(client, chat)}
    differences = [['missing', id] for id in read.keys() - exported.keys()]
    differences += [['extra', id] for id in exported.keys() - read.keys()]
    counts = {'messages': 0, 'notes': 0, 'files': 0, 'entities': 0}
    for id in read.keys() & exported.keys():
        message, shift = read[id]
        found = exported[id]
        if found['type'] == 'unsupported':
            if not isinstance(message.media, types.MessageMediaUnsupported):
                differences.append(['unsupported', id])
            continue
        wanted, got = facts_of(message, shift), told_of(found)
        if isinstance(message, types.MessageService):
            counts['notes'] += 1
            # Some notes name nobody, or somebody else.
            names = ['date'] + (['author'] if 'actor_id' in found else [])
        else:
            counts['messages'] += 1
            names = ['date', 'author', 'reply'] + ([] if 'rich_message' in found else ['text', 'entities'])
            counts['entities'] += len(got['entities'])
        differences += [[name, id, repr(wanted[name])[:300], repr(got[name])[:300]] for name in names if wanted[name] != got[name]]
        path = found.get('photo') or found.get('file')
        if path and (folder / path).is_file() and isinstance(message, types.Message):
            counts['files'] += 1
            data = await client.download_media(message, bytes)
            if sha256(data) != sha256((folder / path).read_bytes()):
                differences.append(['bytes', id, path])
    return {**counts, 'differences': sorted(differences, key=repr)[:20]}


async def histories(client, chat):
    """All messages with what the export adds to their ids: of the basic group that a supergroup used to be, too."""
    found = []
    if getattr(chat, 'megagroup', False):
        full = (await client(functions.channels.GetFullChannelRequest(chat))).full_chat
        if full.migrated_from_chat_id is not None:
            older = types.InputPeerChat(full.migrated_from_chat_id)
            found += [(message, OLDER_SHIFT) async for message in client.iter_messages(older, reverse=True)]
    found += [(message, 0) async for message in client.iter_messages(chat, reverse=True)]
    return found


def facts_of(message, shift):
    return {
        'date': str(int(message.date.timestamp())),
        'author': peer_of(message.from_id or message.peer_id),
        'reply': answered(message, shift),
        'text': message.message or '',
        'entities': sorted(entity_of(message.message, entity) for entity in getattr(message, 'entities', None) or []),
    }


def told_of(found):
    whole = found.get('telepi', {}).get('document', {})
    return {
        'date': found['date_unixtime'],
        'author': found.get('actor_id', found.get('from_id')),
        'reply': found.get('reply_to_message_id'),
        'text': ''.join(segment['text'] for segment in found.get('text_entities', [])),
        'entities': sorted(exported_entity(whole.get('text', ''), entity) for entity in whole.get('entities', [])),
    }


def peer_of(peer):
    match peer:
        case types.PeerUser():
            return f'user{peer.user_id}'
        case types.PeerChat():
            return f'chat{peer.chat_id}'
    return f'channel{peer.channel_id}'


def answered(message, shift):
    header = message.reply_to
    if not isinstance(header, types.MessageReplyHeader) or header.reply_to_msg_id is None:
        return None
    return header.reply_to_msg_id + (0 if header.reply_to_peer_id else shift)


def entity_of(text, entity):
    kind = KINDS.get(type(entity).__name__.removeprefix('MessageEntity'), 'unknown')
    return [kind, words_at(text, entity.offset, entity.length)]


def exported_entity(text, entity):
    kind = entity['kind']
    return [kind if kind in KINDS.values() else 'unknown', words_at(text, entity['offset'], entity['length'])]


def words_at(text, offset, length):
    """Offsets count UTF-16 units."""
    return text.encode('utf-16-le')[2 * offset : 2 * (offset + length)].decode('utf-16-le', 'replace')


run(main)
