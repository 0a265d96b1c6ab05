import type { Credentials } from '../../poster.ts';

/** The platform's, at every server that is measured. */
export const CREDENTIALS: Credentials = { username: 'bench', password: 'Bench-only-password-1' };
