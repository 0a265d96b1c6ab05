/** From what was said while the services were started (scripts/services/start.ts). */
export function whyNotHad(service: string, log: readonly string[]): string {
  const start = `services: ${service} could not be had: `;
  const at = log.findIndex((line) => line.startsWith(start));
  if (at === -1) return `${service} cannot be had on this machine`;
  // What a server said while it failed has lines of its own, until the next that is ours.
  const rest = log.slice(at + 1);
  const next = rest.findIndex((line) => line.startsWith('services: '));
  const more = next === -1 ? rest : rest.slice(0, next);
  return [`${service} cannot be had on this machine: ${log[at]?.slice(start.length)}`, ...more].join('\n');
}
