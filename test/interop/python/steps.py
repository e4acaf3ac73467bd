"""What the Python clients share: steps as lines of JSON, and a process that reaches nothing but loopback."""

import asyncio
import hashlib
import ipaddress
import json
import os
import sys

OUTSIDE = ('203.0.113.1', 443)


class NotLoopback(Exception):
    pass


def loopback_only():
    """From now on, and for good, this process connects to nothing but loopback: CPython asks the hook before it does."""

    def hook(event, args):
        if event in ('socket.connect', 'socket.sendto', 'socket.sendmsg'):
            address = args[1]
            # A Unix socket is a path.
            if isinstance(address, tuple) and not ipaddress.ip_address(address[0]).is_loopback:
                raise NotLoopback(f'{event} to {address}')
        if event in ('socket.getaddrinfo', 'socket.gethostbyname'):
            host = args[0] if args[0] is None or isinstance(args[0], str) else args[0].decode()
            if host not in (None, 'localhost'):
                ipaddress.ip_address(host)

    sys.addaudithook(hook)


async def guard_step():
    try:
        await asyncio.wait_for(asyncio.open_connection(*OUTSIDE), 5)
    except NotLoopback:
        return {'refused': True}
    return {'refused': False}


async def take(step, work, seconds=60):
    """Awaits what a step does, and says what it found or why it failed. Answers with what it found."""
    try:
        found = await asyncio.wait_for(work, seconds)
    except Exception as error:  # whatever it is: it is the step's result
        print(json.dumps({'step': step, 'error': f'{type(error).__name__}: {error}'}), flush=True)
        return None
    print(json.dumps({'step': step, 'found': found}), flush=True)
    return found


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def content_of(size):
    return os.urandom(size)


def run(main):
    loopback_only()
    asyncio.run(asyncio.wait_for(main(json.load(sys.stdin)), 300))
