import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export interface FakeNameServer {
  /** host:port */
  readonly address: string;
  /** What a name stands for from now on. */
  set(name: string, ip: string): void;
  close(): void;
}

const HEADER_BYTES = 12;
const TYPE_A = 1;

/** Answers questions for the IPv4 address of a name (RFC 1035, 4), and has nothing else. */
export async function startFakeNameServer(): Promise<FakeNameServer> {
  const ips = new Map<string, string>();
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => {
    const labels: string[] = [];
    let at = HEADER_BYTES;
    for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
      labels.push(message.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const ip = message.readUInt16BE(at + 1) === TYPE_A ? ips.get(labels.join('.')) : undefined;
    const header = Buffer.alloc(HEADER_BYTES);
    message.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(ip === undefined ? 0 : 1, 6);
    // The name is where the question has it, class IN, a minute to live, four bytes.
    const answer =
      ip === undefined ? [] : [0xc0, HEADER_BYTES, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...ip.split('.').map(Number)];
    const question = message.subarray(HEADER_BYTES, at + 5);
    socket.send(Buffer.concat([header, question, Buffer.from(answer)]), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    set: (name, ip) => void ips.set(name, ip),
    close: () => socket.close(),
  };
}
