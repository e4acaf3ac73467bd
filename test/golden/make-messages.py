"""Makes telethon-messages.json: one message for each kind of thing that a message may hold, with every field set.

    python3 -m venv venv && venv/bin/pip install telethon==1.45.0 && venv/bin/python test/golden/make-messages.py

No value occurs twice, so that a reader can be asked where each of them has gone. `facts` are [field, value] pairs:
numbers and text as they are, bytes in base64.
"""

import base64
import inspect
import itertools
import json
import pathlib
import re

import telethon
from telethon.tl import types as t
from telethon.tl.alltlobjects import LAYER, tlobjects
from telethon.tl.tlobject import TLObject

FOLDER = pathlib.Path(__file__).parent
# Requests have these, or nobody can read them.
STRANGE = re.compile(r'^(Input(?!Sticker|GroupCall|User$).*|.*(Unsupported|Unknown|Empty|NotModified))$')

of_type = {}
for kind in tlobjects.values():
    if kind.__module__.startswith(('telethon.tl.types', 'telethon.tl.patched')) and not STRANGE.match(kind.__name__):
        of_type.setdefault(kind.SUBCLASS_OF_ID, []).append(kind)
numbers = itertools.count(1_000_003)


def fields_of(kind):
    # Telethon's class of a message has the fields of a service message, too.
    foreign = {'action', 'reactions_are_possible'} if kind.__name__ == 'Message' else set()
    parameters = list(inspect.signature(kind.__init__).parameters.values())[1:]
    # A constructor without fields has *args and **kwargs.
    return [one for one in parameters if one.name not in foreign and one.kind is one.POSITIONAL_OR_KEYWORD]


def is_optional(field):
    return field.default is not inspect.Parameter.empty


def type_of(field):
    """Its type's name, and whether it is a list of them."""
    text = field.annotation if isinstance(field.annotation, str) else str(field.annotation)
    text = re.sub(r"typing\.|ForwardRef\(|[')]|<class |>|telethon\.tl\.types\.|datetime\.", '', text)
    text = re.sub(r'^Optional\[(.*)\]$', r'\1', text)
    is_list = text.startswith('List[')
    text = re.sub(r'^List\[(.*)\]$', r'\1', text)
    # Of a union one of its constructors: they have a type in common.
    return re.sub(r'^Union\[(\w+),.*', r'\1', text), is_list


def kinds(name):
    """The constructors of a type by its name, `TypePeer`; the simplest first."""
    name = re.sub(r'\bType(?=[A-Z])', '', name)
    example = getattr(t, name, None) or next((kind for kind in everything() if kind.__name__.startswith(name)), None)
    number = SUBCLASSES.get(name) or example.SUBCLASS_OF_ID
    return sorted(of_type[number], key=lambda kind: (weight(kind), kind.__name__))


def everything():
    return itertools.chain(*of_type.values())


def named_types():
    """
    Telethon names a type only in the docstrings of its constructors: `Constructor for MessageMedia: …`. Where none has
    a field, there is no docstring, but their names begin with the type's.
    """
    found = {}
    for kind in everything():
        match = re.search(r'Constructor for ([\w.]+):', kind.__init__.__doc__ or '')
        if match:
            found[match.group(1)] = kind.SUBCLASS_OF_ID
    return found


def weight(kind):
    return sum(10 if type_of(field)[0].startswith('Type') else 1 for field in fields_of(kind) if not is_optional(field))


def value_of(name):
    number = next(numbers)
    if name == 'int' or name == 'datetime':
        return number
    if name == 'float':
        return number + 0.5
    if name == 'str':
        return f'text {number} ü👋'
    if name == 'bytes':
        return f'bytes {number}'.encode()
    if name == 'bool':
        return True
    return made(kinds(name)[0], full=False)


def made(kind, full, **given):
    fields = {}
    for field in fields_of(kind):
        name, is_list = type_of(field)
        if field.name in given:
            fields[field.name] = given[field.name]
        elif full or not is_optional(field):
            value = value_of(name)
            fields[field.name] = [value] if is_list else value
    if {'offset', 'length'} <= fields.keys():
        fields.update(offset=2, length=3)
    return kind(**fields)


def facts(value, path=''):
    if isinstance(value, TLObject):
        for key in value.to_dict():
            if key != '_' and not (key in ('offset', 'length') and hasattr(value, 'offset')):
                yield from facts(getattr(value, key), f'{type(value).__name__}.{key}')
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from facts(item, path)
    elif isinstance(value, bytes):
        yield [path, base64.b64encode(value).decode()]
    elif value is not None and not isinstance(value, bool):
        yield [path, value]


def message(**fields):
    return t.Message(message=value_of('str'), **head(), **fields)


def service(action):
    return t.MessageService(action=action, **head())


def head():
    return {'id': next(numbers), 'peer_id': t.PeerChannel(next(numbers)), 'date': next(numbers)}


def inline(kind):
    button = t.KeyboardInlineButton(text=value_of('str'), type=kind, style=made(t.KeyboardButtonStyle, full=True))
    return message(reply_markup=t.ReplyInlineMarkup([t.KeyboardInlineButtonRow([button])]))


def keyboard(kind):
    button = t.KeyboardButton(text=value_of('str'), type=kind)
    return message(reply_markup=t.ReplyKeyboardMarkup([t.KeyboardButtonRow([button])]))


def file(**fields):
    document = made(t.Document, full=True, **fields)
    return message(media=t.MessageMediaDocument(document=document))


def rich(block):
    return message(rich_message=t.RichMessage(blocks=[block], photos=[], documents=[]))


HOLDERS = {
    'TypeMessageMedia': lambda one: message(media=one),
    'TypeMessageEntity': lambda one: message(entities=[one]),
    'TypeMessageAction': service,
    'TypeReplyMarkup': lambda one: message(reply_markup=one),
    'TypeInlineButtonType': inline,
    'TypeButtonType': keyboard,
    'TypeMessageReplyHeader': lambda one: message(reply_to=one),
    'TypeMessageFwdHeader': lambda one: message(fwd_from=one),
    'TypeDocumentAttribute': lambda one: file(attributes=[one]),
    'TypePhotoSize': lambda one: file(thumbs=[one]),
    'TypePageBlock': rich,
    'TypeRichText': lambda one: rich(t.PageBlockParagraph(one)),
    'TypeWebPage': lambda one: message(media=t.MessageMediaWebPage(one)),
    'TypeStarGift': lambda one: service(t.MessageActionStarGiftPurchaseOffer(one, t.StarsTonAmount(5), 6)),
    'TypeMessage': lambda one: one,
}
SUBCLASSES = named_types()

vectors = []
for type_name, hold in HOLDERS.items():
    for kind in sorted(kinds(type_name), key=lambda kind: kind.__name__):
        whole = hold(made(kind, full=True))
        vectors.append({'name': kind.__name__, 'bytes': bytes(whole).hex(), 'facts': list(facts(whole))})

source = f'Telethon {telethon.__version__}'
lines = ',\n'.join(json.dumps(vector, ensure_ascii=False) for vector in vectors)
(FOLDER / 'telethon-messages.json').write_text(
    f'{{"source": "{source}", "layer": {LAYER}, "vectors": [\n{lines}\n]}}\n'
)
