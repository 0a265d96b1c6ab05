/** A URL that names several servers, `scheme://user:password@a:1,b:2/path`: one for each of them, the rest alike. */
export function urlPerHost(url: string): readonly string[] {
  const [, before = '', hosts = '', after = ''] = /^([^:]+:\/\/(?:[^/?#]*@)?)([^/?#]*)(.*)$/s.exec(url) ?? [];
  if (!hosts.includes(',')) return [url];
  return hosts.split(',').map((host) => before + host.trim() + after);
}
