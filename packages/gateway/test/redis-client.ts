import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** Sends one command to Redis, with nothing of ours in between. Rejects when Redis does. */
export async function redis(url: string, ...args: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port || 6379), hostname);

  const command = args.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`).join('');
  socket.write(`*${args.length}\r\n${command}*1\r\n$4\r\nQUIT\r\n`);
  const reply = await text(socket);
  if (reply.startsWith('-')) throw new Error(reply);
  return reply;
}
