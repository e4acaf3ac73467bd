"""Makes kurigram-layer-N.json from layer-objects.json with the Kurigram whose layer is N.

    for version in 2.2.25 2.2.26; do  # layers 228 and 229
        python3 -m venv venv && venv/bin/pip install kurigram==$version && venv/bin/python test/golden/make-layers.py
    done
"""

import inspect
import json
import pathlib

import pyrogram
from pyrogram import raw

FOLDER = pathlib.Path(__file__).parent
LAYER = raw.all.layer


def made(value):
    if isinstance(value, list):
        return [made(item) for item in value]
    if not isinstance(value, dict):
        return value
    if 'long' in value:
        return int(value['long'])
    if 'hex' in value:
        return bytes.fromhex(value['hex'])
    kind = found(value['_'])
    known = inspect.signature(kind.__init__).parameters
    fields = {key: made(field) for key, field in value.items() if key != '_'}
    return kind(**{f'is_{key}' if f'is_{key}' in known else key: field for key, field in fields.items()})


def found(name):
    *spaces, last = name.split('.')
    last = last[0].upper() + last[1:]
    for root in (raw.types, raw.functions):
        for space in spaces:
            root = getattr(root, space, None)
        if hasattr(root, last):
            return getattr(root, last)
    raise LookupError(name)


objects = json.loads((FOLDER / 'layer-objects.json').read_text())['objects']
vectors = {
    one['name']: made(one['object']).write().hex() for one in objects if LAYER in one.get('layers', [LAYER])
}
text = json.dumps(
    {
        'source': f'Kurigram {pyrogram.__version__}',
        'layer': LAYER,
        'vectors': vectors,
        'constructors': ' '.join(f'{number:08x}' for number in sorted(raw.all.objects)),
    },
    indent=1,
)
(FOLDER / f'kurigram-layer-{LAYER}.json').write_text(text + '\n')
