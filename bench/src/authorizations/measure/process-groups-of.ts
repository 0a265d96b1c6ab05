import { PROCESS } from '../report/process-names.ts';
import type { ProcessGroup, ProcessGroups } from '../usage/process-cpu.ts';
import type { Ground } from './ground.ts';
import type { Server } from './server.ts';

/** Whose CPU and memory are told apart while these servers serve. */
export function processGroupsOf(
  { postmaster, besides }: Pick<Ground, 'postmaster' | 'besides'>,
  servers: readonly Pick<Server, 'system' | 'process' | 'pid'>[],
): ProcessGroups {
  const groups: Record<string, ProcessGroup> = {};
  for (const [process, served] of Map.groupBy(servers, (server) => server.process))
    groups[process] = { roots: served.map(({ pid }) => pid), scope: 'tree' };
  if (servers.some(({ system }) => system === 'freeway'))
    for (const [name, pid] of besides()) groups[name] = { roots: [pid], scope: 'tree' };
  if (postmaster !== undefined && servers.some(({ system }) => system !== 'null server'))
    groups[PROCESS.postgres] = { roots: [postmaster], scope: 'tree' };
  groups[PROCESS.generator] = { roots: [process.pid], scope: 'alone' };
  return groups;
}
