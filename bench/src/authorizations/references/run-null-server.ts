// A process of its own: see start-reference.ts.
import { createNullServer } from './null-server.ts';
import { credentialsOf, serveParent } from './serve-parent.ts';

await serveParent(createNullServer(credentialsOf(process.env)));
