// npm run sbom [-- --out <file>]: a bill of materials of what runs in production, CycloneDX 1.6 as JSON, checked against the schema.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { faultsOfBill, makeBillOfMaterials } from './supply/bill-of-materials.ts';

const { values } = parseArgs({ options: { out: { type: 'string' } } });
const json = `${JSON.stringify(makeBillOfMaterials(), undefined, 2)}\n`;
const faults = await faultsOfBill(json);
if (faults !== undefined) {
  process.stderr.write(`sbom: it does not fit the schema: ${faults}\n`);
  process.exitCode = 1;
} else if (values.out === undefined) process.stdout.write(json);
else {
  writeFileSync(values.out, json);
  process.stderr.write(
    `sbom: ${(JSON.parse(json) as { components: unknown[] }).components.length} components in ${values.out}\n`,
  );
}
