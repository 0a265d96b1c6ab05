import { existsSync, readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const packages = readdirSync(new URL('./packages', import.meta.url)).map((name) => `packages/${name}`);
const roots = [...packages, 'scripts', 'bench', 'deploy'].filter((root) =>
  existsSync(new URL(`./${root}/test`, import.meta.url)),
);

// One project for each folder with tests, named after it: `npm test -- --project core`.
export default defineConfig({
  test: {
    projects: roots.map((root) => ({
      test: {
        name: root.replace('packages/', ''),
        root,
        include: ['test/**/*.test.ts'],
        // Far above what any test takes on a busy machine: they say "hung", never "slow".
        testTimeout: 30_000,
        hookTimeout: 60_000,
      },
    })),
  },
});
