// Waits for the end of the pipe that the runner of the services holds, then stops them all: so nothing outlives a
// runner that was killed. Started by server-run.ts with the path of the run's record.
import { stopRecorded } from './server-run.ts';

const [recordFile] = process.argv.slice(2);
if (recordFile === undefined) throw new Error('usage: watchdog.ts <record file>');

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.stdin.resume();
process.stdin.once('close', () => void stopRecorded(recordFile));
