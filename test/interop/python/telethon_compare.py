"""Reads copies and their originals with Telethon, and compares them by rules of its own.

What a copy may lack comes with the facts: for each message of a source the losses that TelePi has reported.
"""

import re

from steps import run, sha256, take
from telethon import TelegramClient, functions, types
from telethon.crypto import rsa
from telethon.sessions import StringSession
from telethon.utils import get_peer_id

GENERAL = 1
# The server finds these by itself.
FOUND = 'Mention Hashtag Cashtag BotCommand Url Email Phone BankCard'.split()
LOOKS = 'text entities kind details'.split()
# What each loss excuses. One without a line here excuses nothing.
EXCUSED = {
    'card': [*LOOKS, 'buttons', 'inverted', 'bytes'],
    'checklist_as_text': LOOKS,
    'rich_layout': [*LOOKS, 'rich'],
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
        await take(chat['name'], compare(client, source, known[chat['target']], chat['losses']), 150)
    await client.disconnect()


async def compare(client, source, target, losses):
    """Counts, and the differences that no loss excuses."""
    originals, copies = [await history(client, chat) for chat in (source, target)]
    topics = [await topic_titles(client, chat) for chat in (source, target)]
    pairs, differences = pair(originals, copies, losses)
    copy_of = {original.id: found[0].id for original, found in pairs}
    files, excused, groups = 0, 0, {}
    for original, found in pairs:
        wanted = facts_of(original, topics[0])
        got = facts_of(found[0], topics[1])
        wanted['reply'] = copy_of.get(wanted['reply'], wanted['reply'])
        if 'split' in losses.get(str(original.id), []):
            wanted['text'], got['text'] = joined([original.message]), joined([copy.message for copy in found])
        if isinstance(getattr(original.media, 'webpage', None), types.WebPagePending):
            # The server shows a preview once it has found the page.
            for facts in (wanted, got):
                facts.update(kind=None, details=None)
        if original.grouped_id or found[0].grouped_id:
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
        # A copy that was forwarded has a header though its original may have none.
        got['forward'] = got['forward'] and wanted['forward']
        excuses = {each for loss in losses.get(str(original.id), []) for each in EXCUSED.get(loss, [])}
        for name in sorted(wanted.keys() | got.keys()):
            if wanted.get(name) == got.get(name):
                continue
            if name in excuses:
                excused += 1
                continue
            values = [repr(each.get(name))[:200] for each in (wanted, got)]
            differences.append({'what': name, 'source': original.id, 'target': found[0].id, 'values': values})
    return {'messages': len(pairs), 'files': files, 'excused': excused, 'differences': differences}


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
    """Originals and copies in order. A text that was split, and paid media, have several copies."""
    pairs, differences, at = [], [], 0
    for original in originals:
        count = copies_of(original, copies[at:], losses.get(str(original.id), []))
        found = copies[at : at + count]
        at += len(found)
        if found:
            pairs.append((original, found))
        else:
            differences.append({'what': 'missing', 'source': original.id, 'target': None, 'values': []})
    for copy in copies[at:]:
        differences.append({'what': 'extra', 'source': None, 'target': copy.id, 'values': [copy.message]})
    return pairs, differences


def copies_of(original, copies, losses):
    if 'price' in losses and isinstance(original.media, types.MessageMediaPaidMedia):
        return len(original.media.extended_media)
    if 'split' not in losses:
        return 1
    count, whole = 1, len(joined([original.message]))
    while count < len(copies) and len(joined([copy.message for copy in copies[:count]])) < whole:
        count += 1
    return count


def joined(texts):
    """A text that was split has lost the white space where it was cut."""
    return ''.join(re.sub(r'\s+', '', text) for text in texts)


def facts_of(message, topics):
    reply, quote, topic = reply_of(message)
    kind, details = media_of(message)
    return {
        'text': message.message,
        'entities': sorted(entity_of(entity) for entity in message.entities or [] if not is_found(entity)),
        'kind': kind,
        'details': details,
        'reply': reply,
        'quote': quote,
        'topic': topics.get(topic) if topics else None,
        'silent': bool(message.silent),
        'pinned': bool(message.pinned),
        'inverted': bool(message.invert_media),
        'effect': message.effect,
        'forward': message.fwd_from is not None,
        'via': message.via_bot_id,
        'rich': message.rich_message is not None,
        'buttons': isinstance(message.reply_markup, types.ReplyInlineMarkup),
    }


def is_found(entity):
    return type(entity).__name__.removeprefix('MessageEntity') in FOUND


def entity_of(entity):
    """An entity as words, so that all of them can be sorted."""
    return ' '.join(f'{name}={value}' for name, value in entity.to_dict().items())


def reply_of(message):
    """What is answered, the words that are quoted, and the topic."""
    header = message.reply_to
    if header is None:
        return None, None, GENERAL
    if not isinstance(header, types.MessageReplyHeader):
        return 'elsewhere', None, GENERAL
    topic = (header.reply_to_top_id or header.reply_to_msg_id) if header.forum_topic else GENERAL
    if header.reply_to_peer_id or header.reply_from or header.reply_to_msg_id is None:
        return 'elsewhere', header.quote_text, topic
    if header.forum_topic and not header.reply_to_top_id:
        return None, None, topic
    return header.reply_to_msg_id, header.quote_text, topic


def media_of(message):
    media = message.media
    match media:
        case None | types.MessageMediaEmpty():
            return None, None
        case types.MessageMediaWebPage(webpage=types.WebPage() as page):
            return 'page', [page.url, bool(media.force_large_media), bool(media.force_small_media)]
        case types.MessageMediaWebPage():
            # Nothing was found.
            return None, None
        case types.MessageMediaPhoto(photo=types.Photo() as photo):
            sizes = [(size.w, size.h) for size in photo.sizes if hasattr(size, 'w')]
            return 'photo', [max(sizes), bool(media.spoiler), media.live_photo]
        case types.MessageMediaDocument(document=types.Document() as document):
            attributes = sorted(attribute_of(each) for each in document.attributes)
            seconds = media.video_timestamp
            return 'document', [document.mime_type, attributes, bool(media.spoiler), media.video_cover is None, seconds]
        case types.MessageMediaGeo():
            return 'place', place_of(media.geo)
        case types.MessageMediaVenue():
            where = [media.title, media.address, media.provider, media.venue_id, media.venue_type]
            return 'venue', [place_of(media.geo), *where]
        case types.MessageMediaContact():
            return 'contact', [media.phone_number, media.first_name, media.last_name, media.vcard, bool(media.user_id)]
        case types.MessageMediaPoll():
            return 'poll', poll_of(media)
        case types.MessageMediaStory():
            return 'story', [get_peer_id(media.peer), media.id]
        case types.MessageMediaDice():
            return 'dice', media.emoticon
    return type(media).__name__, None


def attribute_of(attribute):
    fields = attribute.to_dict()
    # The server reads the codec and the length of the beginning from the file.
    for name in ('video_codec', 'preload_prefix_size'):
        fields.pop(name, None)
    return ' '.join(f'{name}={value}' for name, value in fields.items())


def place_of(geo):
    return [round(geo.lat, 6), round(geo.long, 6), geo.accuracy_radius]


def poll_of(media):
    poll = media.poll
    answers = [answer.text.text for answer in poll.answers]
    flags = [poll.quiz, poll.multiple_choice, poll.public_voters, poll.closed, poll.open_answers]
    return [poll.question.text, answers, [bool(flag) for flag in flags]]


run(main)
