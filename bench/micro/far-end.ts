// The other end of a part connection in a process of its own: reads everything that comes, and sends packets on
// request.
import { createServer, type Socket } from 'node:net';

/** Sent over the channel to the parent: a number of packets of `bytes` bytes each. */
export interface FarEndOrder {
  readonly packets: number;
  readonly bytes: number;
}

const LONG = 0x7f;

let socket: Socket | undefined;
const server = createServer((accepted) => {
  socket = accepted;
  accepted.on('error', () => process.exit());
  accepted.resume();
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: Reflect.get(server.address() ?? {}, 'port') });
});
process.on('message', ({ packets, bytes }: FarEndOrder) => void send(packets, bytes));
process.on('disconnect', () => process.exit());

/** In abridged framing: 0x7f and three bytes with the length in words. */
async function send(packets: number, bytes: number): Promise<void> {
  const frame = Buffer.alloc(4 + bytes);
  frame.writeUInt32LE((bytes / 4) * 256 + LONG, 0);
  for (let n = 0; n < packets; n += 1) {
    if (socket?.write(frame) === false) await new Promise((resolve) => socket?.once('drain', resolve));
  }
}
