import type { Setting } from './setting.ts';

/** Beyond this Node's timers fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

export type ParsedSetting =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly fault: string };

const accept = (value: unknown): ParsedSetting => ({ ok: true, value });
const refuse = (fault: string): ParsedSetting => ({ ok: false, fault });

/**
 * Reads one setting's text. A fault says what was expected and never repeats the text: what stands in a wrong variable
 * may be a secret meant for another.
 */
export function parseSetting(setting: Setting, text: string): ParsedSetting {
  switch (setting.type) {
    case 'string':
    case 'secret':
      return parseText(setting, text);
    case 'url':
      return parseUrl(setting, text);
    case 'int':
      return parseWhole(text, setting.min ?? 0, setting.max ?? Number.MAX_SAFE_INTEGER, '');
    case 'duration':
      return parseWhole(text, setting.min ?? 1, setting.max ?? LONGEST_TIMER_MS, ' (milliseconds)');
    case 'durations':
      return parseDurations(setting.count, text);
    case 'boolean':
      return text === 'true' || text === 'false' ? accept(text === 'true') : refuse('must be true or false');
    case 'choice':
      return setting.choices.includes(text) ? accept(text) : refuse(`must be one of ${setting.choices.join(', ')}`);
    case 'decimal':
      return /^\d{1,15}(\.\d{1,6})?$/.test(text) && /[1-9]/.test(text)
        ? accept(text)
        : refuse('must be a positive decimal such as 2500.00');
  }
}

function parseText(setting: Extract<Setting, { type: 'string' | 'secret' }>, text: string): ParsedSetting {
  const { minLength = 1, maxLength = 4096, form } = setting;
  if (text.length < minLength) return refuse(`must have at least ${minLength} characters`);
  if (text.length > maxLength) return refuse(`must have at most ${maxLength} characters`);
  if (form !== undefined && form.pattern.exec(text)?.[0] !== text) return refuse(`must be ${form.says}`);
  return accept(text);
}

function parseWhole(text: string, min: number, max: number, unit: string): ParsedSetting {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? accept(value) : refuse(`must be a whole number from ${min} to ${max}${unit}`);
}

function parseDurations(count: number, text: string): ParsedSetting {
  const delays = text.split(',').map((part) => (/^\s*\d{1,10}\s*$/.test(part) ? Number(part) : Number.NaN));
  const grows = delays.every((delay, index) => delay > (delays[index - 1] ?? 0) && delay <= LONGEST_TIMER_MS);
  return delays.length === count && grows
    ? accept(delays)
    : refuse(`must be ${count} growing whole numbers of milliseconds, separated by commas`);
}

function parseUrl({ protocols, form }: Extract<Setting, { type: 'url' }>, text: string): ParsedSetting {
  const urls = /\s/.test(text) ? [null] : urlPerHost(text).map((one) => URL.parse(one));
  const isOurs = (url: URL | null) => url !== null && protocols.includes(url.protocol);
  if (!urls.every(isOurs) || !/^[^:]+:\/\//.test(text))
    return refuse(`must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`);
  return form === undefined || form.pattern.exec(text)?.[0] === text ? accept(text) : refuse(`must be ${form.says}`);
}

/** Lists of hosts (`mongodb://a:1,b:2/db`) are legal connection strings and no URLs: each is checked alone. */
function urlPerHost(text: string): string[] {
  const [, before = '', hosts = '', after = ''] = /^([^:]+:\/\/(?:[^/?#]*@)?)([^/?#]*)(.*)$/s.exec(text) ?? [];
  const list = hosts.split(',');
  if (list.length > 1 && list.includes('')) return [''];
  return list.length > 1 ? list.map((host) => before + host + after) : [text];
}
