"""Makes telethon-tl.json and telethon-crypto.json with Telethon, which shares no code with TelePi.

    python3 -m venv venv && venv/bin/pip install telethon==1.45.0 && venv/bin/python test/golden/make-vectors.py

Everything random is drawn from SHAKE-256 under a fixed label, so that a second run gives the same files.
"""

import hashlib
import json
import os
import pathlib
import struct

import rsa as rsa_module
import telethon
from telethon import helpers, password
from telethon.crypto import AES, AuthKey, rsa
from telethon.network.mtprotostate import MTProtoState
from telethon.tl import functions as f
from telethon.tl import types as t
from telethon.tl.alltlobjects import LAYER
from telethon.tl.tlobject import TLObject

FOLDER = pathlib.Path(__file__).parent
SOURCE = f'Telethon {telethon.__version__}, layer {LAYER}'


def draw(label, count):
    return hashlib.shake_256(label.encode()).digest(count)


def unsigned(data):
    return int.from_bytes(data, 'little')


def signed(data):
    return int.from_bytes(data, 'little', signed=True)


def tl_name(value):
    """`messages.SendMedia` of telethon.tl.functions.messages.SendMediaRequest."""
    kind = type(value)
    space = kind.__module__.removeprefix('telethon.tl.').split('.')[1:]
    return '.'.join([*space, kind.__name__.removesuffix('Request')])


def plain(value):
    """The value for JSON: every number as a decimal string, since many don't fit a double."""
    if isinstance(value, TLObject):
        fields = {key: plain(getattr(value, key)) for key in value.to_dict() if key != '_'}
        return {'_': tl_name(value), **{key: field for key, field in fields.items() if field is not None}}
    if isinstance(value, bytes):
        return {'hex': value.hex()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return {'double': value}
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


def peer(channel_id=1234567890):
    return t.InputPeerChannel(channel_id=channel_id, access_hash=-8070450532247928832)


def entities():
    return [
        t.MessageEntityBold(offset=0, length=5),
        t.MessageEntityTextUrl(offset=6, length=4, url='https://example.org/ä?q=1'),
        t.MessageEntityCustomEmoji(offset=11, length=2, document_id=5368324170671202286),
        t.MessageEntityPre(offset=14, length=3, language='ts'),
        t.MessageEntityBlockquote(offset=18, length=2, collapsed=True),
    ]


def attributes():
    return [
        t.DocumentAttributeVideo(duration=12.5, w=1280, h=720, supports_streaming=True, video_codec='h264'),
        t.DocumentAttributeAudio(duration=3, voice=True, title='T', performer='P', waveform=b'\x00\x01\x02'),
        t.DocumentAttributeFilename(file_name='Grüße 👋.mp4'),
        t.DocumentAttributeImageSize(w=90, h=60),
        t.DocumentAttributeAnimated(),
        t.DocumentAttributeSticker(alt='😀', stickerset=t.InputStickerSetID(id=1 << 62, access_hash=-1)),
        t.DocumentAttributeHasStickers(),
    ]


def document():
    return t.Document(
        id=-9223372036854775808,
        access_hash=9223372036854775807,
        file_reference=draw('reference', 29),
        date=1700000000,
        mime_type='video/mp4',
        size=4294967296,
        dc_id=2,
        attributes=attributes(),
        thumbs=[
            t.PhotoStrippedSize(type='i', bytes=draw('stripped', 40)),
            t.PhotoSize(type='m', w=320, h=180, size=12345),
        ],
    )


def photo():
    return t.Photo(
        id=77,
        access_hash=-77,
        file_reference=b'\x01\x02\x03',
        date=1700000001,
        dc_id=1,
        sizes=[
            t.PhotoSize(type='x', w=800, h=600, size=54321),
            t.PhotoSizeProgressive(type='y', w=1280, h=960, sizes=[1000, 20000, 300000]),
        ],
        has_stickers=True,
    )


def channel():
    return t.Channel(
        id=1234567890,
        title='Ein Förum',
        photo=t.ChatPhotoEmpty(),
        date=1600000000,
        access_hash=-8070450532247928832,
        username='forum_name',
        megagroup=True,
        forum=True,
        creator=True,
        noforwards=True,
        admin_rights=t.ChatAdminRights(post_messages=True, manage_topics=True, other=True),
        default_banned_rights=t.ChatBannedRights(until_date=2147483647, send_media=True),
        participants_count=3,
    )


def user():
    return t.User(
        id=5000000001,
        is_self=True,
        access_hash=424242,
        first_name='Ada',
        last_name='L',
        username='ada',
        phone='9996621234',
        premium=True,
        photo=t.UserProfilePhotoEmpty(),
        status=t.UserStatusOnline(expires=1700000300),
    )


def message(**more):
    return t.Message(
        id=4242,
        peer_id=t.PeerChannel(channel_id=1234567890),
        date=1700000002,
        message='Hello link 👋 pre q',
        from_id=t.PeerUser(user_id=5000000001),
        entities=entities(),
        silent=True,
        grouped_id=13579246801357924,
        **more,
    )


def in_topic():
    return t.MessageReplyHeader(reply_to_msg_id=12, reply_to_top_id=7, forum_topic=True)


def requests():
    app = {'api_id': 2040, 'device_model': 'PC', 'system_version': 'Linux', 'app_version': '1.0'}
    connection = {'system_lang_code': 'en', 'lang_pack': '', 'lang_code': 'en', 'query': f.help.GetConfigRequest()}
    location = t.InputDocumentFileLocation(id=1, access_hash=-2, file_reference=b'ref', thumb_size='')
    reply = t.InputReplyToMessage(reply_to_msg_id=12, top_msg_id=7)
    big = t.InputFileBig(id=-1234567890123456789, parts=8000, name='big.bin')
    small = t.InputFile(id=1234567890123456789, parts=3, name='small.jpg', md5_checksum='d41d8cd98f00b204e9800998ecf8427e')
    uploaded = t.InputMediaUploadedDocument(
        file=big, mime_type='video/mp4', attributes=attributes(), thumb=small, spoiler=True, nosound_video=True
    )
    known = t.InputMediaDocument(id=t.InputDocument(id=1, access_hash=2, file_reference=b'three'), spoiler=True)
    return {
        'req_pq_multi': f.ReqPqMultiRequest(nonce=signed(draw('nonce', 16))),
        'req_DH_params': f.ReqDHParamsRequest(
            nonce=-1, server_nonce=1, p=b'ZZZZ', q=b'jjjj', public_key_fingerprint=-1, encrypted_data=draw('rsa', 256)
        ),
        'set_client_DH_params': f.SetClientDHParamsRequest(nonce=1, server_nonce=2, encrypted_data=draw('dh', 336)),
        'ping_delay_disconnect': f.PingDelayDisconnectRequest(ping_id=-5, disconnect_delay=75),
        'get_future_salts': f.GetFutureSaltsRequest(num=64),
        'invokeWithLayer': f.InvokeWithLayerRequest(layer=LAYER, query=f.InitConnectionRequest(**app, **connection)),
        'initConnection with proxy and params': f.InitConnectionRequest(
            **app,
            **connection,
            proxy=t.InputClientProxy(address='127.0.0.1', port=443),
            params=t.JsonObject(value=[t.JsonObjectValue(key='tz_offset', value=t.JsonNumber(value=3600))]),
        ),
        'invokeAfterMsg': f.InvokeAfterMsgRequest(msg_id=7000000000000000001, query=f.updates.GetStateRequest()),
        'invokeWithoutUpdates': f.InvokeWithoutUpdatesRequest(query=f.help.GetConfigRequest()),
        'auth.sendCode': f.auth.SendCodeRequest(
            phone_number='+9996621234', api_id=2040, api_hash='b18441a1ff607e10a989891a5462e627', settings=t.CodeSettings()
        ),
        'auth.signIn': f.auth.SignInRequest(phone_number='9996621234', phone_code_hash='hash', phone_code='22222'),
        'auth.checkPassword': f.auth.CheckPasswordRequest(
            password=t.InputCheckPasswordSRP(srp_id=-3, A=draw('A', 256), M1=draw('M1', 32))
        ),
        'auth.importBotAuthorization': f.auth.ImportBotAuthorizationRequest(
            flags=0, api_id=1, api_hash='h', bot_auth_token='1:a'
        ),
        'auth.exportAuthorization': f.auth.ExportAuthorizationRequest(dc_id=2),
        'auth.importAuthorization': f.auth.ImportAuthorizationRequest(id=5000000001, bytes=draw('export', 128)),
        'auth.bindTempAuthKey': f.auth.BindTempAuthKeyRequest(
            perm_auth_key_id=-1, nonce=-2, expires_at=1700086400, encrypted_message=draw('bind', 104)
        ),
        'users.getUsers': f.users.GetUsersRequest(id=[t.InputUserSelf(), t.InputUser(user_id=5000000001, access_hash=-1)]),
        'contacts.resolveUsername': f.contacts.ResolveUsernameRequest(username='forum_name'),
        'messages.getDialogs': f.messages.GetDialogsRequest(
            offset_date=0, offset_id=0, offset_peer=t.InputPeerEmpty(), limit=100, hash=0, exclude_pinned=True
        ),
        'messages.getHistory': f.messages.GetHistoryRequest(
            peer=peer(), offset_id=1, offset_date=0, add_offset=-100, limit=100, max_id=0, min_id=5, hash=-1
        ),
        'messages.getReplies': f.messages.GetRepliesRequest(
            peer=peer(), msg_id=7, offset_id=0, offset_date=0, add_offset=0, limit=10, max_id=0, min_id=0, hash=0
        ),
        'channels.getMessages': f.channels.GetMessagesRequest(
            channel=t.InputChannel(channel_id=1234567890, access_hash=-9), id=[t.InputMessageID(id=1), t.InputMessageID(id=2)]
        ),
        'messages.getForumTopics': f.messages.GetForumTopicsRequest(
            peer=peer(), offset_date=0, offset_id=0, offset_topic=0, limit=100, q='x'
        ),
        'messages.createForumTopic': f.messages.CreateForumTopicRequest(
            peer=peer(), title='News', random_id=-1, icon_color=0x6FB9F0, icon_emoji_id=5368324170671202286
        ),
        'messages.sendMessage': f.messages.SendMessageRequest(
            peer=peer(), message='Hello link 👋 pre q', random_id=-4611686018427387905, entities=entities(),
            reply_to=reply, silent=True, no_webpage=True,
        ),
        'messages.sendMedia': f.messages.SendMediaRequest(
            peer=peer(), media=uploaded, message='caption', random_id=3, entities=entities()[:1], reply_to=reply
        ),
        'messages.sendMedia photo': f.messages.SendMediaRequest(
            peer=t.InputPeerSelf(), media=t.InputMediaUploadedPhoto(file=small, spoiler=True), message='', random_id=-3
        ),
        'messages.uploadMedia': f.messages.UploadMediaRequest(peer=peer(), media=uploaded),
        'messages.sendMultiMedia': f.messages.SendMultiMediaRequest(
            peer=peer(),
            multi_media=[
                t.InputSingleMedia(media=known, random_id=1, message='one', entities=entities()[:2]),
                t.InputSingleMedia(media=known, random_id=-1, message=''),
            ],
            reply_to=reply,
            silent=True,
        ),
        'upload.getFile': f.upload.GetFileRequest(
            location=location, offset=4294967296 - 1048576, limit=1048576, precise=True, cdn_supported=False
        ),
        'upload.getFileHashes': f.upload.GetFileHashesRequest(location=location, offset=131072),
        'upload.saveFilePart': f.upload.SaveFilePartRequest(file_id=-1, file_part=2, bytes=draw('part', 253)),
        'upload.saveBigFilePart': f.upload.SaveBigFilePartRequest(
            file_id=-1234567890123456789, file_part=7999, file_total_parts=8000, bytes=draw('part', 254)
        ),
        'updates.getDifference': f.updates.GetDifferenceRequest(pts=1, date=1700000000, qts=0, pts_total_limit=100),
        'updates.getChannelDifference': f.updates.GetChannelDifferenceRequest(
            channel=t.InputChannel(channel_id=1, access_hash=2), filter=t.ChannelMessagesFilterEmpty(), pts=10, limit=100
        ),
        'msgs_ack': t.MsgsAck(msg_ids=[1, -1, 7000000000000000001]),
    }


def results():
    sent = t.Updates(
        updates=[
            t.UpdateMessageID(id=4243, random_id=-4611686018427387905),
            t.UpdateNewChannelMessage(message=message(media=t.MessageMediaDocument(document=document(), video=True, spoiler=True)), pts=11, pts_count=1),
        ],
        users=[user()],
        chats=[channel()],
        date=1700000003,
        seq=0,
    )
    service = t.MessageService(
        id=7,
        peer_id=t.PeerChannel(channel_id=1234567890),
        date=1700000000,
        action=t.MessageActionTopicCreate(title='News', icon_color=0x6FB9F0, icon_emoji_id=1),
        from_id=t.PeerUser(user_id=5000000001),
    )
    options = [
        t.DcOption(id=2, ip_address='127.0.0.1', port=20002, static=True),
        t.DcOption(id=1, ip_address='::1', port=20001, ipv6=True, this_port_only=True),
    ]
    return {
        'resPQ': t.ResPQ(
            nonce=signed(draw('nonce', 16)), server_nonce=-1, pq=bytes.fromhex('17ed48941a08f981'),
            server_public_key_fingerprints=[-4344800451088585951, 1],
        ),
        'p_q_inner_data_temp_dc': t.PQInnerDataTempDc(
            pq=b'12345678', p=b'1234', q=b'5678', nonce=1, server_nonce=-1, new_nonce=signed(draw('new', 32)), dc=-2, expires_in=86400
        ),
        'server_DH_inner_data': t.ServerDHInnerData(
            nonce=1, server_nonce=2, g=3, dh_prime=draw('prime', 256), g_a=draw('ga', 256), server_time=1700000000
        ),
        'client_DH_inner_data': t.ClientDHInnerData(nonce=1, server_nonce=2, retry_id=-1, g_b=draw('gb', 256)),
        'dh_gen_ok': t.DhGenOk(nonce=1, server_nonce=-2, new_nonce_hash1=3),
        'dh_gen_retry': t.DhGenRetry(nonce=1, server_nonce=-2, new_nonce_hash2=3),
        'bind_auth_key_inner': t.BindAuthKeyInner(
            nonce=-1, temp_auth_key_id=2, perm_auth_key_id=-3, temp_session_id=4, expires_at=1700086400
        ),
        'new_session_created': t.NewSessionCreated(first_msg_id=1, unique_id=-2, server_salt=3),
        'bad_server_salt': t.BadServerSalt(bad_msg_id=1, bad_msg_seqno=2, error_code=48, new_server_salt=-1),
        'bad_msg_notification': t.BadMsgNotification(bad_msg_id=7000000000000000004, bad_msg_seqno=1, error_code=17),
        'pong': t.Pong(msg_id=1, ping_id=-1),
        'rpc_error': t.RpcError(error_code=420, error_message='FLOOD_WAIT_3'),
        'future_salts': t.FutureSalts(
            req_msg_id=1, now=1700000000, salts=[t.FutureSalt(valid_since=1700000000, valid_until=1700003600, salt=-5)]
        ),
        'config': t.Config(
            date=1700000000, expires=1700003600, test_mode=False, this_dc=2, dc_options=options, dc_txt_domain_name='d',
            chat_size_max=200, megagroup_size_max=200000, forwarded_count_max=100, online_update_period_ms=210000,
            offline_blur_timeout_ms=5000, offline_idle_timeout_ms=30000, online_cloud_timeout_ms=300000,
            notify_cloud_delay_ms=30000, notify_default_delay_ms=1500, push_chat_period_ms=60000, push_chat_limit=2,
            edit_time_limit=172800, revoke_time_limit=2147483647, revoke_pm_time_limit=2147483647, rating_e_decay=2419200,
            stickers_recent_limit=200, channels_read_media_period=604800, call_receive_timeout_ms=20000,
            call_ring_timeout_ms=90000, call_connect_timeout_ms=30000, call_packet_timeout_ms=10000,
            me_url_prefix='https://t.me/', caption_length_max=1024, message_length_max=4096, webfile_dc_id=4,
        ),
        'auth.sentCode': t.auth.SentCode(type=t.auth.SentCodeTypeApp(length=5), phone_code_hash='hash', timeout=60),
        'auth.authorization': t.auth.Authorization(user=user(), tmp_sessions=1),
        'auth.exportedAuthorization': t.auth.ExportedAuthorization(id=5000000001, bytes=draw('export', 128)),
        'account.password': t.account.Password(
            new_algo=t.PasswordKdfAlgoUnknown(), new_secure_algo=t.SecurePasswordKdfAlgoUnknown(), secure_random=b'r' * 256,
            has_password=True, srp_B=draw('B', 256), srp_id=-1, hint='pet',
            current_algo=t.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
                salt1=b'1' * 8, salt2=b'2' * 16, g=3, p=draw('p', 256)
            ),
        ),
        'contacts.resolvedPeer': t.contacts.ResolvedPeer(peer=t.PeerChannel(channel_id=1234567890), chats=[channel()], users=[]),
        'message with a photo': message(media=t.MessageMediaPhoto(photo=photo(), spoiler=True), reply_to=in_topic()),
        'message with a document': message(
            media=t.MessageMediaDocument(document=document(), video=True, spoiler=True), reply_to=in_topic()
        ),
        'messages.channelMessages': t.messages.ChannelMessages(
            pts=12, count=2, messages=[message(), service], topics=[], chats=[channel()], users=[user()], offset_id_offset=0
        ),
        'messages.messagesSlice': t.messages.MessagesSlice(count=1, messages=[message()], topics=[], chats=[], users=[user()]),
        'messages.dialogsSlice': t.messages.DialogsSlice(
            count=1,
            dialogs=[
                t.Dialog(
                    peer=t.PeerChannel(channel_id=1234567890), top_message=4242, read_inbox_max_id=4242, read_outbox_max_id=0,
                    unread_count=0, unread_mentions_count=0, unread_reactions_count=0, unread_poll_votes_count=0,
                    notify_settings=t.PeerNotifySettings(), pts=12,
                )
            ],
            messages=[message()],
            chats=[channel(), t.Chat(id=99, title='Basic', photo=t.ChatPhotoEmpty(), participants_count=2, date=1, version=1)],
            users=[user()],
        ),
        'messages.forumTopics': t.messages.ForumTopics(
            count=1,
            topics=[
                t.ForumTopic(
                    id=7, date=1700000000, peer=t.PeerChannel(channel_id=1234567890), title='News', icon_color=0x6FB9F0,
                    top_message=4242, read_inbox_max_id=0, read_outbox_max_id=0, unread_count=0, unread_mentions_count=0,
                    unread_reactions_count=0, unread_poll_votes_count=0, from_id=t.PeerUser(user_id=5000000001),
                    notify_settings=t.PeerNotifySettings(), closed=True, icon_emoji_id=5368324170671202286,
                )
            ],
            messages=[service], chats=[channel()], users=[user()], pts=12,
        ),
        'updates': sent,
        'updateShortSentMessage': t.UpdateShortSentMessage(
            id=9, pts=5, pts_count=1, date=1700000000, out=True, entities=entities()[:1]
        ),
        'updates.state': t.updates.State(pts=5, qts=0, date=1700000000, seq=1, unread_count=0),
        'updates.channelDifference': t.updates.ChannelDifference(
            pts=12, new_messages=[message()], other_updates=[t.UpdateDeleteChannelMessages(channel_id=1, messages=[1, 2], pts=12, pts_count=2)],
            chats=[channel()], users=[user()], final=True, timeout=30,
        ),
        'upload.file': t.upload.File(type=t.storage.FileUnknown(), mtime=0, bytes=draw('file', 1021)),
        'fileHash': t.FileHash(offset=131072, limit=131072, hash=draw('hash', 32)),
    }


def tl_vectors():
    both = [*requests().items(), *results().items()]
    return [{'name': name, 'object': plain(value), 'bytes': bytes(value).hex()} for name, value in both]


def with_random(chunks, action):
    """What `action` gives while os.urandom answers with these chunks, in order."""
    left = list(chunks)

    def urandom(count):
        chunk = left.pop(0)
        assert len(chunk) == count, (len(chunk), count)
        return chunk

    real, os.urandom = os.urandom, urandom
    try:
        value = action()
    finally:
        os.urandom = real
    assert not left
    return value


def ige_vectors():
    vectors = []
    for length in (16, 32, 48, 1024, 4096 + 16):
        key, iv, text = draw(f'key {length}', 32), draw(f'iv {length}', 32), draw(f'text {length}', length)
        cipher = AES.encrypt_ige(text, key, iv)
        assert AES.decrypt_ige(cipher, key, iv) == text
        vectors.append({'key': key.hex(), 'iv': iv.hex(), 'plain': text.hex(), 'cipher': cipher.hex()})
    return vectors


def key_vectors():
    vectors = []
    for number in range(3):
        # The third begins with a zero byte, which no number keeps by itself.
        data = (b'\0' if number == 2 else b'') + draw(f'auth key {number}', 255 if number == 2 else 256)
        key, new_nonce, msg_key = AuthKey(data), signed(draw(f'new nonce {number}', 32)), draw(f'msg key {number}', 16)
        to_server, to_client = (MTProtoState._calc_key(data, msg_key, client) for client in (True, False))
        vectors.append({
            'authKey': data.hex(),
            'keyId': struct.pack('<Q', key.key_id).hex(),
            'auxHash': struct.pack('<Q', key.aux_hash).hex(),
            'newNonce': new_nonce.to_bytes(32, 'little', signed=True).hex(),
            'newNonceHashes': [
                key.calc_new_nonce_hash(new_nonce, which).to_bytes(16, 'little', signed=True).hex() for which in (1, 2, 3)
            ],
            'msgKey': msg_key.hex(),
            'toServer': {'key': to_server[0].hex(), 'iv': to_server[1].hex()},
            'toClient': {'key': to_client[0].hex(), 'iv': to_client[1].hex()},
        })
    return vectors


class Quiet(dict):
    def __missing__(self, name):
        import logging

        return logging.getLogger(name)


def message_vectors():
    """Whole messages from a client, as they go over the wire under a transport."""
    vectors = []
    for number, body in enumerate([bytes(f.PingRequest(ping_id=7)), bytes(requests()['messages.sendMedia'])]):
        state = MTProtoState(AuthKey(draw(f'auth key {number}', 256)), Quiet())
        state.salt, state.id = signed(draw(f'salt {number}', 8)), signed(draw(f'session {number}', 8))
        message_id, sequence = 7000000000000000000 + 4 * number, 2 * number + 1
        inner = struct.pack('<qii', message_id, sequence, len(body)) + body
        padding = draw(f'padding {number}', -(16 + len(inner) + 12) % 16 + 12)
        encrypted = with_random([padding], lambda: state.encrypt_message_data(inner))
        vectors.append({
            'authKey': state.auth_key.key.hex(),
            'salt': str(state.salt),
            'sessionId': str(state.id),
            'messageId': str(message_id),
            'sequence': sequence,
            'body': body.hex(),
            'padding': padding.hex(),
            'encrypted': encrypted.hex(),
        })
    return vectors


def nonce_vectors():
    vectors = []
    for number in range(2):
        server, new = draw(f'server nonce {number}', 16), draw(f'new nonce {number}', 32)
        key, iv = helpers.generate_key_data_from_nonce(signed(server), signed(new))
        vectors.append({'serverNonce': server.hex(), 'newNonce': new.hex(), 'key': key.hex(), 'iv': iv.hex()})
    return vectors


def rsa_vectors(private):
    """The older padding: SHA1(data) + data + random bytes, 255 in all."""
    public = rsa_module.PublicKey(private.n, private.e)
    rsa.add_key(public.save_pkcs1().decode(), old=False)
    fingerprint = rsa._compute_fingerprint(public)
    data = bytes(t.PQInnerData(
        pq=b'12345678', p=b'1234', q=b'5678', nonce=1, server_nonce=-1, new_nonce=signed(draw('new nonce', 32))
    ))
    padding = draw('rsa padding', 235 - len(data))
    encrypted = with_random([padding], lambda: rsa.encrypt(fingerprint, data))
    return {
        'publicKeyPem': public.save_pkcs1().decode(),
        'fingerprint': struct.pack('<q', fingerprint).hex(),
        'data': data.hex(),
        'padding': padding.hex(),
        'encrypted': encrypted.hex(),
        'telegram': [
            {'modulus': f'{key.n:x}', 'exponent': key.e, 'fingerprint': struct.pack('<q', mark).hex()}
            for mark, (key, _) in sorted(rsa._server_keys.items())
            if key.n != private.n
        ],
    }


def srp_vectors():
    """A password check. The server's part is from the same equations: B = k * v + g^b, K = SHA256(S)."""
    prime = bytes.fromhex(json.loads((FOLDER / 'published-key-exchange.json').read_text())['dhPrime'])
    vectors = []
    for number, secret in enumerate(['correct horse', 'Paßwort 🔑']):
        algorithm = t.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
            salt1=draw(f'salt1 {number}', 40), salt2=draw(f'salt2 {number}', 16), g=3, p=prime
        )
        # compute_digest of Telethon raises g to the hash without the modulus, which never ends.
        p, x = int.from_bytes(prime, 'big'), int.from_bytes(password.compute_hash(algorithm, secret), 'big')
        verifier = pow(3, x, p)
        k = int.from_bytes(password.sha256(prime, password.big_num_for_hash(3)), 'big')
        b, a = draw(f'b {number}', 256), draw(f'a {number}', 256)
        srp_b = (k * verifier + pow(3, int.from_bytes(b, 'big'), p)) % p
        request = t.account.Password(
            new_algo=algorithm, new_secure_algo=t.SecurePasswordKdfAlgoUnknown(), secure_random=b'', has_password=True,
            current_algo=algorithm, srp_B=password.big_num_for_hash(srp_b), srp_id=7 + number,
        )
        check = with_random([a], lambda: password.compute_check(request, secret))
        vectors.append({
            'password': secret,
            'salt1': algorithm.salt1.hex(),
            'salt2': algorithm.salt2.hex(),
            'g': 3,
            'p': prime.hex(),
            'srpId': str(request.srp_id),
            'verifier': password.big_num_for_hash(verifier).hex(),
            'b': b.hex(),
            'srpB': request.srp_B.hex(),
            'a': a.hex(),
            'A': check.A.hex(),
            'M1': check.M1.hex(),
        })
    return vectors


def write(name, content):
    text = json.dumps({'source': SOURCE, **content}, indent=1, ensure_ascii=False)
    (FOLDER / name).write_text(text + '\n', encoding='utf-8')


private = rsa_module.PrivateKey.load_pkcs1((FOLDER / 'test-key.pem').read_bytes())
write('telethon-tl.json', {'layer': LAYER, 'vectors': tl_vectors()})
write('telethon-crypto.json', {
    'ige': ige_vectors(),
    'keys': key_vectors(),
    'messages': message_vectors(),
    'nonces': nonce_vectors(),
    'rsa': rsa_vectors(private),
    'srp': srp_vectors(),
})
