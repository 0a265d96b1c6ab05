import { readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const packages = readdirSync(new URL('./packages', import.meta.url));

export default defineConfig({
  test: {
    projects: [...packages.map((name) => `packages/${name}`), 'scripts', 'bench'].map((root) => ({
      test: { name: root.replace('packages/', ''), root, include: ['test/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 60_000 },
    })),
    passWithNoTests: true,
  },
});
