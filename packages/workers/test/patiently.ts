/** For what comes by itself, but on a busy machine not at once: with expect.poll. Says "hung", never "slow". */
export const PATIENTLY = { timeout: 20_000, interval: 20 };
