// What the log says of a request, and what it never says.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { breaksOff, neverAnswers, saysOk } from '../../src/nginx/fake-upstream.ts';
import { openTls, post } from '../../src/nginx/https-client.ts';
import { type Edge, JIT, openEdge, program, WEBHOOKS } from './edge.ts';

const SECRET = 'c2VjcmV0LXRoYXQtbm9ib2R5LW1heS1zZWU=';

describe.skipIf(program === '')('the log of the edge', () => {
  let edge: Edge;
  afterEach(() => edge.close());

  it('has a JSON line of each request, with the upstream and its time', async () => {
    edge = await openEdge({ intake: (_arrival, response) => void response.writeHead(503).end() });
    const reply = await post(edge.nginx.ports.edge, JIT, '{}');
    await post(edge.nginx.ports.edge, WEBHOOKS, '{}');
    await post(edge.nginx.ports.edge, '/v1/nothing', '{}');
    const lines = (await edge.nginx.accessLog()).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toMatchObject([
      {
        level: 'info',
        process: 'nginx',
        msg: 'answered',
        request_id: reply.headers['x-request-id'],
        client: '127.0.0.1',
        method: 'POST',
        path: JIT,
        protocol: 'HTTP/1.1',
        tls: 'TLSv1.3',
        status: 200,
        upstream_status: '200',
        connection: expect.any(Number),
        seconds: expect.any(Number),
        request_bytes: expect.any(Number),
        answer_bytes: expect.any(Number),
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        upstream_seconds: expect.stringMatching(/^\d+\.\d+$/),
        upstream_connect_seconds: expect.stringMatching(/^\d+\.\d+$/),
      },
      { level: 'error', path: WEBHOOKS, status: 503, upstream: edge.intake.address },
      { level: 'warn', method: 'POST', path: '/v1/nothing', status: 404, upstream: '' },
    ]);
    expect(edge.gateways.map(({ address }) => address)).toContain(lines[0]?.['upstream']);
  });

  it('says of a decline that it is nothing unusual', async () => {
    edge = await openEdge({ gateway: (_arrival, response) => void response.writeHead(402).end() });
    await post(edge.nginx.ports.edge, JIT, '{}');
    expect((await edge.nginx.accessLog()).map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 'info', status: 402 },
    ]);
  });

  it('never has credentials, bodies or query strings, whatever goes wrong', async () => {
    edge = await openEdge({ gateway: breaksOff, otherGateway: neverAnswers, intake: saysOk });
    const { edge: port } = edge.nginx.ports;
    const headers = {
      authorization: `Basic ${SECRET}`,
      'x-api-key': SECRET,
      cookie: SECRET,
      referer: `https://x/?${SECRET}`,
      'user-agent': SECRET,
    };
    const body = JSON.stringify({ card_token: SECRET });
    for (const path of [JIT, JIT, WEBHOOKS, '/nothing', `/a"b\\c`])
      await post(port, `${path}?token=${SECRET}`, body, { headers });
    await post(port, `${JIT}?${SECRET}`, body.padEnd(300_000), { headers }).catch(() => undefined);
    for (const bytes of [
      `POST ${JIT}?${SECRET} HTTP/1.1\r\nhost: x\r\nauthorization: ${SECRET}\r\nauthorization: ${SECRET}\r\ncontent-length: x\r\n\r\n`,
      // HTTP/0.9 has no status
      `GET ${JIT}/?${SECRET}\r\n`,
      `POST ${JIT}?${SECRET} HTTP/9.1\r\n\r\n`,
      `GET ${JIT}?"${SECRET} HTTP/1.1\r\nhost: ${SECRET}$\r\n\r\n`,
      `POST ${JIT}"?"${SECRET}" HTTP/1.1\r\nhost: x\r\ncontent-length: 300000\r\nconnection: close\r\n\r\n`,
    ]) {
      const { socket, said } = await openTls(port);
      socket.write(bytes);
      await vi.waitFor(() => expect(said()).not.toBe(''), { timeout: 20_000 });
      socket.destroy();
    }
    await vi.waitFor(async () => expect(await edge.nginx.accessLog()).toHaveLength(11), { timeout: 10_000 });
    const [access, errors] = [await edge.nginx.accessLog(), await edge.nginx.errorLog()];
    const parsed = [...access, ...errors].map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(errors.length).toBeGreaterThan(0);
    expect([...access, ...errors].filter((line) => line.includes(SECRET) || line.includes('token='))).toEqual([]);
    for (const line of parsed)
      expect(line).toMatchObject({ process: 'nginx', level: expect.stringMatching(/^(info|warn|error)$/) });
    // the error log leads to the access log, and to the upstream
    const broken = parsed.find(({ msg }) => String(msg).includes('upstream'));
    expect(parsed.filter(({ msg }) => msg === 'answered').map(({ connection }) => connection)).toContain(
      broken?.['connection'],
    );
    expect(edge.gateways.map(({ address }) => address)).toContain(broken?.['upstream']);
  });
});
