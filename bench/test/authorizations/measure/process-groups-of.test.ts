import { expect, test } from 'vitest';
import { processGroupsOf } from '../../../src/authorizations/measure/process-groups-of.ts';

const ground = { postmaster: 7, besides: () => new Map([['relay', 8]]) };
const gateway = (pid: number) => ({ system: 'freeway', process: 'gateway', pid }) as const;
const generator = { roots: [process.pid], scope: 'alone' };

test('two gateways are one group, and what runs beside them is told apart', () => {
  expect(processGroupsOf(ground, [gateway(1), gateway(2)])).toEqual({
    gateway: { roots: [1, 2], scope: 'tree' },
    relay: { roots: [8], scope: 'tree' },
    PostgreSQL: { roots: [7], scope: 'tree' },
    'load generator': generator,
  });
});

test('the textbook is charged with the database and with nothing of Freeway, the null server with neither', () => {
  const textbook = { system: 'textbook', process: 'textbook', pid: 3 } as const;
  expect(Object.keys(processGroupsOf(ground, [textbook]))).toEqual(['textbook', 'PostgreSQL', 'load generator']);
  const nullServer = { system: 'null server', process: 'null server', pid: 4 } as const;
  expect(Object.keys(processGroupsOf(ground, [nullServer]))).toEqual(['null server', 'load generator']);
});

test('a database whose process is not known is in no group', () => {
  expect(Object.keys(processGroupsOf({ ...ground, postmaster: undefined }, [gateway(1)]))).not.toContain('PostgreSQL');
});
