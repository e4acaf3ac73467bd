"""Reads copies and their originals with Telethon, and compares them by rules of its own.

What a copy may lack comes with the facts: for each message of a source the losses that TelePi has reported. Messages
of the basic group that a supergroup used to be are known by minus their id.
"""

import re

from steps import run, sha256, take
from telethon import TelegramClient, functions, types
from telethon.crypto import rsa
from telethon.sessions import StringSession
from telethon.utils import get_peer_id
from telethon_facts import album_of, facts_of, has_pieces, look_of, pieces_of, words_of

LOOKS = 'text entities kind details'.split()
# What each loss excuses. One without a line here excuses nothing.
EXCUSED = {
    'card': [*LOOKS, 'buttons', 'inverted', 'bytes', 'pieces', 'via'],
    'checklist_as_text': LOOKS,
    'rich_layout': [*LOOKS, 'rich', 'size', 'bytes'],
    'quiz_answer': ['text', 'entities', 'details'],
    'reply': ['reply', 'quote', 'text', 'entities'],
    'quote': ['quote', 'text', 'entities'],
    'buttons': ['buttons', 'text', 'entities'],
    'split': ['entities'],
    'price': ['kind', 'details', 'bytes', 'album'],
    'live_place': ['kind', 'details'],
    'custom_emoji': ['entities', 'details'],
    'entities': ['entities'],
    'mention': ['entities'],
    'attached_stickers': ['details'],
    'poll_public': ['details'],
    'poll_open': ['details'],
    'poll_audience': ['details'],
    'votes': ['details'],
    'effect': ['effect'],
    'forward_header': ['forward'],
    'changed': ['forward'],
    'via_bot': ['via'],
    'contact_account': ['details'],
}


async def main(facts):
    rsa.add_key(facts['publicKeyPem'], old=False)
    client = TelegramClient(StringSession(''), facts['apiId'], facts['apiHash'], flood_sleep_threshold=0)
    client.session.set_dc(facts['dcId'], facts['host'], facts['port'])
    await client.connect()
    await client.start(facts['phone'], facts['password'], code_callback=lambda: facts['code'])
    known = {get_peer_id(dialog.entity): dialog.entity for dialog in await client.get_dialogs()}
    for chat in facts['chats']:
        source = 'me' if chat['source'] == 'me' else known[chat['source']]
        await take(chat['name'], compare(client, source, known[chat['target']], chat['losses'], chat['via']), 150)
    await client.disconnect()


async def compare(client, source, target, losses, via):
    """Counts, and the differences that no loss excuses."""
    older, older_id = await older_history(client, source)
    originals = [*older, *((message.id, message) for message in await history(client, source))]
    copies = await history(client, target)
    topics = [await topic_titles(client, chat) for chat in (source, target)]
    pairs, differences = pair(originals, copies, losses)
    copy_of = {key: found[0].id for key, _, found in pairs}
    files, excused, groups = 0, 0, {}
    for key, original, found in pairs:
        lost = losses.get(str(key), [])
        wanted = facts_of(original, topics[0], older_id, isinstance(original.peer_id, types.PeerChat))
        got = facts_of(found[0], topics[1])
        wanted['reply'] = copy_of.get(wanted['reply'], wanted['reply'])
        if original.rich_message:
            wanted['words'], got['words'] = [], missing_words(original, found)
        elif 'split' in lost:
            wanted['text'], got['text'] = joined([original.message]), joined([copy.message for copy in found])
        if isinstance(getattr(original.media, 'webpage', None), types.WebPagePending):
            # The server shows a preview once it has found the page.
            for facts in (wanted, got):
                facts.update(kind=None, details=None)
        if has_pieces(original):
            pieces = pieces_of(original) if has_pieces(found[0]) else album_of(pieces_of(original))
            wanted['pieces'] = sorted([await look_of(client, piece) for piece in pieces])
            pieces = [piece for copy in found for piece in pieces_of(copy)]
            got['pieces'] = sorted([await look_of(client, piece) for piece in pieces])
            album = [copy.grouped_id for copy in found if copy.grouped_id]
            wanted['album'], got['album'] = True, len(set(album)) < 2
        elif original.grouped_id or found[0].grouped_id:
            group = groups.setdefault(original.grouped_id, found[0].grouped_id)
            got['album'] = group == found[0].grouped_id and group is not None
            wanted['album'] = original.grouped_id is not None
        documents = [message.document for message in (original, found[0])]
        if all(documents):
            files += 1
            wanted['size'], got['size'] = [document.size for document in documents]
            wanted['bytes'], got['bytes'] = [
                sha256(await client.download_media(message, bytes)) for message in (original, found[0])
            ]
        if via == 'forward':
            # A copy that was forwarded has a header though its original may have none.
            got['forward'] = got['forward'] and wanted['forward']
        excuses = {each for loss in lost for each in EXCUSED.get(loss, [])}
        for name in sorted(wanted.keys() | got.keys()):
            if wanted.get(name) == got.get(name):
                continue
            if name in excuses:
                excused += 1
                continue
            differences.append(difference(name, key, found[0].id, wanted.get(name), got.get(name)))
    return {'messages': len(pairs), 'files': files, 'excused': excused, 'differences': differences}


def difference(what, source, target, *values):
    return {'what': what, 'source': source, 'target': target, 'values': [repr(value)[:200] for value in values]}


async def older_history(client, chat):
    """The messages of the basic group that a supergroup used to be, with their keys, and its id; nothing for other chats."""
    if not getattr(chat, 'megagroup', False):
        return [], None
    full = (await client(functions.channels.GetFullChannelRequest(chat))).full_chat
    if full.migrated_from_chat_id is None:
        return [], None
    messages = await history(client, types.InputPeerChat(full.migrated_from_chat_id))
    return [(-message.id, message) for message in messages], full.migrated_from_chat_id


async def history(client, chat):
    """Without the notes of the service, oldest first."""
    messages = [message async for message in client.iter_messages(chat, reverse=True)]
    return [message for message in messages if isinstance(message, types.Message)]


async def topic_titles(client, chat):
    if not getattr(chat, 'forum', False):
        return {}
    request = functions.messages.GetForumTopicsRequest(chat, None, 0, 0, 100)
    return {topic.id: topic.title for topic in (await client(request)).topics}


def pair(originals, copies, losses):
    """Originals and copies in order. A long text, paid media and the album of a rich message have several copies."""
    pairs, differences, at = [], [], 0
    for key, original in originals:
        count = copies_of(original, copies[at:], losses.get(str(key), []))
        found = copies[at : at + count]
        at += len(found)
        if found:
            pairs.append((key, original, found))
        else:
            differences.append(difference('missing', key, None))
    differences += [difference('extra', None, copy.id, copy.message) for copy in copies[at:]]
    return pairs, differences


def copies_of(original, copies, lost):
    count = 1
    if 'price' in lost and isinstance(original.media, types.MessageMediaPaidMedia):
        count = len(original.media.extended_media)
    elif 'rich_layout' in lost and copies and copies[0].grouped_id:
        # Its words are the caption of an album.
        while count < len(copies) and copies[count].grouped_id == copies[0].grouped_id:
            count += 1
    if 'split' in lost:
        while count < len(copies) and not is_whole(original, copies[:count]):
            count += 1
    return count


def is_whole(original, copies):
    if original.rich_message:
        return not missing_words(original, copies)
    return len(joined([copy.message for copy in copies])) >= len(joined([original.message]))


def missing_words(original, copies):
    """The words of a rich message that its copies don't have."""
    text = joined(words_of(copies[0].rich_message) if copies[0].rich_message else [copy.message for copy in copies])
    return [words for words in words_of(original.rich_message) if joined([words]) not in text]


def joined(texts):
    """A text that was split has lost the white space where it was cut."""
    return ''.join(re.sub(r'\s+', '', text) for text in texts)


run(main)
