"""Runs mtprotoproxy, an MTProxy that others wrote, in front of the sandbox's DCs.

A line of JSON on standard input says how: `port`, `secret` (32 hex digits), `dcs` (the port of each DC on 127.0.0.1,
the first is DC 1's), `from` (the address that it connects from), `mask` (the port of a web server for those whose hello
proves nothing) or null.
"""

import asyncio
import importlib.util
import json
import os
import sys
import tempfile

from steps import loopback_only

HOST = '127.0.0.1'


def load(config):
    """The module as it is installed: a script, which reads its settings from the file that it is named."""
    path = os.path.join(os.path.dirname(sys.executable), 'mtprotoproxy.py')
    with tempfile.NamedTemporaryFile('w', suffix='.py') as file:
        file.write('\n'.join(f'{name} = {value!r}' for name, value in config.items()))
        file.flush()
        sys.argv = [path, file.name]
        spec = importlib.util.spec_from_file_location('mtprotoproxy', path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.init_config()
    return module


def lead_to(module, ports, local):
    """Telegram's DCs have one port; the sandbox's have one address and a port each, which stand for their addresses."""

    async def dial_port(address, _port, limit, timeout):
        dialled = asyncio.open_connection(HOST, int(address), limit=limit, local_addr=(local, 0))
        return await asyncio.wait_for(dialled, timeout)

    module.TG_DATACENTERS_V4 = [str(port) for port in ports]
    module.open_connection_tryer = dial_port


def serve_on_this_python(module):
    """Newer Pythons took away an argument, a name, and the loop that nobody had made."""
    asyncio.streams.IncompleteReadError = asyncio.IncompleteReadError
    start = asyncio.start_server

    def start_server(*arguments, loop=None, **options):
        return start(*arguments, **options)

    module.asyncio.start_server = start_server
    asyncio.set_event_loop(asyncio.new_event_loop())


facts = json.loads(sys.stdin.readline())
loopback_only()
mask = facts['mask']
proxy = load({
    'PORT': facts['port'],
    'USERS': {'test': facts['secret']},
    'LISTEN_ADDR_IPV4': HOST,
    'LISTEN_ADDR_IPV6': '',
    'PREFER_IPV6': False,
    'USE_MIDDLE_PROXY': False,
    'MASK': mask is not None,
    'MASK_HOST': HOST,
    'MASK_PORT': mask or 443,
    'TLS_DOMAIN': 'www.example.org',
    # Seconds after which it closes a connection whose header it doesn't know.
    'CLIENT_HANDSHAKE_TIMEOUT': 2,
})
lead_to(proxy, facts['dcs'], facts['from'])
serve_on_this_python(proxy)
proxy.main()
