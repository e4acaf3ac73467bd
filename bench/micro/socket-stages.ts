import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { PART_SIZE } from '../../lib/base/bytes.js';
import { packetLength } from '../../lib/mtproto/envelope.js';
import { FRAME_HEAD_BYTES } from '../../lib/mtproto/framing.js';
import { PartBuffers } from '../../lib/mtproto/parts/buffers.js';
import { PacketSocket } from '../../lib/mtproto/socket.js';
import type { FarEndOrder } from './far-end.js';
import type { Stage } from './stage.js';

/** A packet with a part in it: heads of about 64 bytes, and padding. */
const PACKET_BYTES = packetLength(PART_SIZE + 32);

/** The cost of the socket: packets framed and written, and read into the memory that they stay in. */
export async function socketStages(): Promise<Stage[]> {
  const child = fork(fileURLToPath(new URL('far-end.js', import.meta.url)), { execArgv: [] });
  const port = await new Promise<number>((resolve) => {
    child.once('message', (message) => resolve((message as { port: number }).port));
  });
  const buffers = new PartBuffers();
  let onPacket = (): void => {};
  const socket = new PacketSocket({
    host: '127.0.0.1',
    port,
    buffers,
    onOpen: () => {},
    onClose: () => {},
    onPacket(packet, kept) {
      if (kept) buffers.giveBack(packet);
      onPacket();
    },
  });
  return [
    {
      name: 'send (frame and socket)',
      by: 'part connection',
      work: (parts) => send(socket, parts),
    },
    {
      name: 'receive (socket and frame)',
      by: 'part connection',
      work(parts) {
        let left = parts;
        const order: FarEndOrder = { packets: parts, bytes: PACKET_BYTES };
        child.send(order);
        return new Promise((resolve) => {
          onPacket = () => {
            left -= 1;
            if (left === 0) resolve();
          };
        });
      },
      async close() {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        socket.close(new Error('The measuring is over.'));
        child.kill();
        await ended;
      },
    },
  ];
}

/** Until the kernel has everything; ten frames at once, as in a transfer. */
async function send(socket: PacketSocket, parts: number): Promise<void> {
  const frames = Array.from({ length: 10 }, () => Buffer.alloc(FRAME_HEAD_BYTES + PACKET_BYTES));
  let left = parts;
  await new Promise<void>((resolve) => {
    let sent = 0;
    const next = (frame: Buffer): void => {
      if (left === 0) return;
      left -= 1;
      socket.write(frame, () => {
        sent += 1;
        if (sent === parts) resolve();
        else next(frame);
      });
    };
    for (const frame of frames) next(frame);
  });
}
