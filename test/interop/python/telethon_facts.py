"""What a message shows, as Telethon reads it, in values that can be compared."""

from steps import sha256
from telethon import types
from telethon.utils import get_peer_id

GENERAL = 1
# The server finds these by itself.
FOUND = 'Mention Hashtag Cashtag BotCommand Url Email Phone BankCard'.split()


def facts_of(message, topics, older_id=None, is_older=False):
    """`older_id`: the basic group that the chat used to be; `is_older`: the message is one of that group's."""
    reply, quote, topic = reply_of(message, older_id)
    if is_older and isinstance(reply, int):
        reply = -reply
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


def reply_of(message, older_id):
    """What is answered, the words that are quoted, and the topic."""
    header = message.reply_to
    if header is None:
        return None, None, GENERAL
    if not isinstance(header, types.MessageReplyHeader):
        return 'elsewhere', None, GENERAL
    topic = (header.reply_to_top_id or header.reply_to_msg_id) if header.forum_topic else GENERAL
    if isinstance(header.reply_to_peer_id, types.PeerChat) and header.reply_to_peer_id.chat_id == older_id:
        return -header.reply_to_msg_id, header.quote_text, topic
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


def has_pieces(message):
    """Whether its photos and files are inside something else."""
    return message.rich_message is not None or isinstance(message.media, types.MessageMediaPaidMedia)


def pieces_of(message):
    """Its photos and files."""
    if message.rich_message:
        return [*message.rich_message.photos, *message.rich_message.documents]
    media = [message.media]
    if isinstance(message.media, types.MessageMediaPaidMedia):
        media = [each.media for each in message.media.extended_media if hasattr(each, 'media')]
    files = [getattr(each, 'photo', None) or getattr(each, 'document', None) for each in media]
    return [file for file in files if file]


def album_of(pieces):
    """The ones that one album can hold together: photos and videos."""
    return [piece for piece in pieces if isinstance(piece, types.Photo) or is_video(piece)]


def is_video(document):
    kinds = [type(attribute) for attribute in document.attributes]
    return types.DocumentAttributeVideo in kinds and types.DocumentAttributeAnimated not in kinds


async def look_of(client, file):
    """What a copy of a photo or file must have: a photo's size, since Telegram draws it anew; a file's bytes."""
    if isinstance(file, types.Photo):
        return f'photo {max((size.w, size.h) for size in file.sizes if hasattr(size, "w"))}'
    return f'file {sha256(await client.download_media(file, bytes))}'


def words_of(part):
    """The plain texts of a rich message, without the ones that others have taken the place of."""
    if isinstance(part, types.TextPlain):
        return [part.text]
    if isinstance(part, types.TextDiff):
        return words_of(part.text)
    if isinstance(part, list):
        return [words for each in part for words in words_of(each)]
    return words_of(list(vars(part).values())) if hasattr(part, 'to_dict') else []
