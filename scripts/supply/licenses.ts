import type { Component } from './bill-of-materials.ts';

/** May be shipped with a product, whatever its own licence. */
const PERMISSIVE = new Set(
  'MIT MIT-0 ISC Apache-2.0 BSD-2-Clause BSD-3-Clause 0BSD Unlicense CC0-1.0 Zlib BlueOak-1.0.0 Python-2.0 PostgreSQL'.split(
    ' ',
  ),
);

/** Components whose licence is not permissive, or not known, each with what it says. Ours are left out. */
export function licenseFaults(components: readonly Component[]): readonly string[] {
  return components
    .filter(({ group }) => group !== '@freeway')
    .flatMap((component) => {
      const terms = (component.licenses ?? []).map((one) =>
        'expression' in one ? one.expression : (one.license.id ?? one.license.name ?? ''),
      );
      const allowed = terms.length > 0 && terms.every(isPermissive);
      return allowed ? [] : [`${component.purl}: ${terms.join(', ') || 'no licence is named'}`];
    });
}

/** An SPDX expression: of alternatives one is enough, of what belongs together all are needed. */
export function isPermissive(expression: string): boolean {
  const text = expression.replaceAll(/[()]/g, ' ').trim();
  return text.split(/\s+OR\s+/).some((choice) => choice.split(/\s+AND\s+/).every((id) => PERMISSIVE.has(id.trim())));
}
