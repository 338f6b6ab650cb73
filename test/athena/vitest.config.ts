import { defineConfig } from 'vitest/config';

/** For `npm run test:athena`. */
export default defineConfig({
  test: {
    include: ['test/athena/**/*.test.ts'],
    globalSetup: 'test/athena/shared-trino.ts',
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
