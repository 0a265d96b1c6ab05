// npm run audit [-- --licenses-only]: known vulnerabilities and licences of what runs in production. Exits 1 when there is one that
// must not be there, and 3 when the registry's advisories could not be read: that is not the same as none.
import { parseArgs } from 'node:util';
import { readAdvisories } from './supply/advisories.ts';
import { makeBillOfMaterials } from './supply/bill-of-materials.ts';
import { licenseFaults } from './supply/licenses.ts';
import { runPnpm } from './supply/run-pnpm.ts';

const UNKNOWN = 3;

const { values } = parseArgs({ options: { 'licenses-only': { type: 'boolean', default: false } } });
const { components } = makeBillOfMaterials();
const faults = licenseFaults(components);
for (const fault of faults) console.log(`licence  ${fault}`);
console.log(`licences: ${components.length} components, ${faults.length} that are not permissive`);
process.exitCode = faults.length === 0 ? 0 : 1;

if (values['licenses-only']) console.log('advisories: not asked for');
else {
  const read = readAdvisories(runPnpm(['audit', '--prod', '--json']));
  if (read.status === 'unknown') {
    console.log(`advisories: NOT CHECKED, the registry did not say: ${read.why}`);
    if (process.exitCode === 0) process.exitCode = UNKNOWN;
  } else {
    for (const line of read.advisories) console.log(`advisory  ${line}`);
    console.log(`advisories: ${read.advisories.length}`);
    if (read.advisories.length > 0) process.exitCode = 1;
  }
}
