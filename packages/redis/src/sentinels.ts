import { urlPerHost } from '@freeway/core';
import type { RedisOptions } from 'ioredis';

type SentinelOptions = Omit<RedisOptions, 'replyMapping'>;

/**
 * `redis+sentinel://user:password@a:26379,b:26379/mymaster/0`: the sentinels are asked who is master of the group, before every
 * connection. Undefined for the URL of one server. User and password are those of Redis; `rediss` encrypts both.
 */
export function sentinelOptions(url: string): SentinelOptions | undefined {
  const scheme = /^(rediss?)\+sentinel:/.exec(url)?.[1];
  if (scheme === undefined) return undefined;
  const sentinels = urlPerHost(url).map((one) => {
    const { hostname, port } = new URL(one);
    return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port || 26_379) };
  });
  const { username, password, pathname, searchParams } = new URL(urlPerHost(url)[0] ?? url);
  const [name = '', db = ''] = pathname.slice(1).split('/').map(decodeURIComponent);
  return {
    sentinels,
    name,
    role: 'master',
    db: Number(db),
    ...optional('username', decodeURIComponent(username)),
    ...optional('password', decodeURIComponent(password)),
    ...optional('sentinelUsername', searchParams.get('sentinel_username') ?? ''),
    ...optional('sentinelPassword', searchParams.get('sentinel_password') ?? ''),
    ...(scheme === 'rediss' ? { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
  };
}

const optional = (name: keyof SentinelOptions, text: string): SentinelOptions => (text === '' ? {} : { [name]: text });
