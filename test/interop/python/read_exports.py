"""Reads exports of telepi with programs that others wrote: a JSON schema's validator, feed readers, and readers of result.json."""

import csv
import json
import re
from pathlib import Path

import chatpack
import feedparser
import jsonfeedvalidator
import jsonschema
import rss_parser
from steps import run, take
from tg_export_md import converter


async def main(facts):
    for name, folder in facts['desktop'].items():
        path = Path(folder) / 'result.json'
        await take(f'schema: {name}', schema(facts['schema'], path))
        if name in facts['chats']:
            await take(f'chatpack: {name}', packed(path))
            await take(f'telegram-export-md: {name}', in_markdown(path))
    await take('schema: broken', broken(facts['schema'], Path(facts['desktop'][facts['chats'][0]]) / 'result.json'))
    await take('csv', table(Path(facts['csv']) / 'messages.csv'))
    await take('rss', rss(Path(facts['rss']) / 'feed.xml'))
    await take('json feed', json_feed(Path(facts['jsonFeed']) / 'feed.json'))


def loaded(path):
    return json.loads(path.read_bytes().decode('utf-8', 'strict'))


def errors_of(schema, document):
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    return [words_of(error) for error in validator.iter_errors(document)][:5]


def words_of(error):
    """The innermost of what is wrong, with its place."""
    deepest = jsonschema.exceptions.best_match([error])
    return f'{deepest.json_path}: {deepest.message[:300]}'


async def schema(schema, path):
    document = loaded(path)
    chats = document['chats']['list'] if 'chats' in document else [document]
    return {'errors': errors_of(schema, document), 'messages': sum(len(chat['messages']) for chat in chats)}


async def broken(schema, path):
    """What the schema says of damages: each must be found."""
    found = {}
    for name, damage in DAMAGES.items():
        document = loaded(path)
        message = next(each for each in document['messages'] if each['type'] == 'message' and 'photo' in each)
        damage(document, message)
        found[name] = len(errors_of(schema, document)) > 0
    return found


DAMAGES = {
    'a key that Desktop does not write': lambda _, message: message.update(grouped_id=7),
    'an id of a peer as a number': lambda _, message: message.update(from_id=5),
    'a date with a zone': lambda _, message: message.update(date='2024-03-05T12:00:00Z'),
    'seconds as a number': lambda _, message: message.update(date_unixtime=1709640000),
    'an absolute path': lambda _, message: message.update(photo='/etc/passwd'),
    'no text': lambda _, message: message.pop('text'),
    'a marked id of the chat': lambda document, _: document.update(id=-1001234567890),
    'an unknown type of chat': lambda document, _: document.update(type='supergroup'),
}


async def packed(path):
    return {'messages': [[each.sender, each.content] for each in chatpack.TelegramParser().parse(str(path))]}


async def in_markdown(path):
    _, data = converter.load_export(path)
    chat = converter.parse_chat(data)
    texts = [[each.id, ''.join(segment.text for segment in each.segments)] for each in chat.messages]
    return {'name': chat.name, 'messages': texts, 'files': [each.media.file for each in chat.messages if each.media]}


async def table(path):
    with path.open(encoding='utf-8', newline='') as file:
        rows = list(csv.reader(file, strict=True))
    formulas = [cell for row in rows[1:] for cell in row if re.match(r'[=+@\t\r]|-(?!\d)', cell)]
    return {'widths': sorted({len(row) for row in rows}), 'rows': len(rows) - 1, 'formulas': formulas[:5]}


async def rss(path):
    text = path.read_text(encoding='utf-8')
    feed = rss_parser.RSSParser.parse(text)
    parsed = feedparser.parse(text)
    guids = [item.guid.content for item in feed.channel.items]
    return {
        'items': len(guids),
        'different': len(set(guids)),
        'undated': sum(isinstance(item.pub_date.content, str) for item in feed.channel.items),
        'bozo': bool(parsed.bozo),
        'entries': len(parsed.entries),
    }


async def json_feed(path):
    """The validator knows version 1, in which an item has one author, and not a list of them."""
    feed = loaded(path)
    for item in feed['items']:
        if authors := item.pop('authors', None):
            item['author'] = authors[0]
    errors = [error.message[:300] for error in jsonfeedvalidator.validate_feed(feed)]
    return {'errors': errors[:5], 'items': len(feed['items'])}


run(main)
