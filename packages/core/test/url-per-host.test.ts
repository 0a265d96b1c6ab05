// Connection URLs that name several servers.
import { describe, expect, it } from 'vitest';
import { urlPerHost } from '../src/url-per-host.ts';

describe('a URL that names several servers', () => {
  it.each([
    ['postgres://u:p@a:1,b:2/db?x=1,2', ['postgres://u:p@a:1/db?x=1,2', 'postgres://u:p@b:2/db?x=1,2']],
    ['amqp://a,b,c', ['amqp://a', 'amqp://b', 'amqp://c']],
    ['postgres://u:p,w@a,b:2/db', ['postgres://u:p,w@a/db', 'postgres://u:p,w@b:2/db']],
    [
      'redis+sentinel://:secret@[::1]:1,[::2]:2/name',
      ['redis+sentinel://:secret@[::1]:1/name', 'redis+sentinel://:secret@[::2]:2/name'],
    ],
  ])('%s is one for each', (url, expected) => {
    expect(urlPerHost(url)).toEqual(expected);
  });

  it.each(['postgres://u:p,w@a:1/db', 'postgres:///db?host=/run', 'amqp://a/x,y', 'nonsense'])(
    '%s names one, and stays as it is',
    (url) => {
      expect(urlPerHost(url)).toEqual([url]);
    },
  );
});
