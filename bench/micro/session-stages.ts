import { PART_SIZE } from '../../lib/base/bytes.js';
import { systemClock } from '../../lib/base/clock.js';
import type { Random } from '../../lib/base/random.js';
import { BODY_AT, packetLength } from '../../lib/mtproto/envelope.js';
import { PartBuffers } from '../../lib/mtproto/parts/buffers.js';
import { savePart } from '../../lib/mtproto/parts/request.js';
import { Salts } from '../../lib/mtproto/salts.js';
import { Session } from '../../lib/mtproto/session.js';
import { Tl } from '../../lib/mtproto/tl.js';
import type { Stage } from './stage.js';

/** The work of a part connection's session on a part: everything except the crypto. */
export function sessionStages(part: Buffer): Stage[] {
  const buffers = new PartBuffers();
  const session = new Session(
    {
      key: { id: Buffer.alloc(8), key: Buffer.alloc(256) },
      salts: new Salts(systemClock, { offsetMs: 0 }),
      time: { offsetMs: 0 },
      buffers,
      clock: systemClock,
      random: zeros,
    },
    {
      kindOf: () => 'part',
      onAnswer: () => true,
      onRefused: () => {},
      onForgotten: () => {},
      onWantedAgain: () => {},
      onStates: () => {},
      onReply: () => {},
      onPush: () => {},
    },
  );
  return [
    {
      name: 'parse (message to part)',
      by: 'part connection',
      work: receiving(session, answerWith(part)),
    },
    {
      name: 'serialise (part to message)',
      by: 'part connection',
      work(parts) {
        for (let index = 0; index < parts; index += 1) {
          const request = savePart({ fileId: 1n, index, total: parts, bytes: part, big: true });
          buffers.giveBack(session.writeRequest(request, undefined).frame);
        }
      },
    },
  ];
}

const MSG_ID_AT = 40;

/** Each message has an id of its own, as the session requires; odd, as a server's are. */
function receiving(session: Session, packet: Buffer): Stage['work'] {
  let msgId = 1n;
  return (parts) => {
    for (let n = 0; n < parts; n += 1) {
      msgId += 4n;
      packet.writeBigInt64LE(msgId, MSG_ID_AT);
      session.receive(packet, true);
    }
  };
}

/** A packet with rpc_result, upload.file and the part; the session's id is 0 by `zeros`. */
function answerWith(part: Buffer): Buffer {
  const length = 28 + part.length;
  const packet = Buffer.alloc(packetLength(length));
  packet.writeInt32LE(length, BODY_AT - 4);
  packet.writeUInt32LE(Tl.rpc_result, BODY_AT);
  packet.writeUInt32LE(Tl['upload.file'], BODY_AT + 12);
  packet.writeUInt32LE(PART_SIZE * 256 + 254, BODY_AT + 24);
  part.copy(packet, BODY_AT + 28);
  return packet;
}

const zeros: Random = { float: () => 0, integer: (low) => low, bytes: (count) => Buffer.alloc(count) };
