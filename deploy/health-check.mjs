// node health-check.mjs <port>: exits 0 if the process on this machine's port says that it is ready, else 1 with the reason.
// The image has no shell and no curl, so a health check is a program of Node.
import { get } from 'node:http';

const TIMEOUT_MS = 3_000;
const port = Number(process.argv[2]);
if (!Number.isInteger(port) || port < 1 || port > 65_535) end(2, 'usage: node health-check.mjs <port>');

const request = get({ host: '127.0.0.1', port, path: '/ready', agent: false }, (response) => {
  let body = '';
  response.setEncoding('utf8');
  response.on('data', (part) => (body += part));
  response.on('end', () => end(response.statusCode === 200 ? 0 : 1, `${response.statusCode} ${body.trim()}`));
  response.on('error', (error) => end(1, error.message));
});
request.on('error', (error) => end(1, error.message));
// Of the whole exchange: a body that never ends is no answer either.
setTimeout(() => end(1, `no answer within ${TIMEOUT_MS} ms`), TIMEOUT_MS).unref();

function end(code, text) {
  (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  process.exit(code);
}
