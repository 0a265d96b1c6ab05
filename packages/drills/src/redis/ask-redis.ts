import { connect } from 'node:net';

const TIMEOUT_MS = 1000;

/** Sends one command, words without spaces, and resolves to the reply as it stands on the wire; undefined when none came. */
export function askRedis(port: number, command: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let reply = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(`${command}\r\n`));
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy());
    socket.on('data', (bytes) => (reply += bytes.toString('utf8')));
    socket.once('error', () => undefined);
    socket.once('close', () => resolve(reply === '' ? undefined : reply));
  });
}
