// What processes serve over HTTP. An entry of its own: a command that serves nothing need not load a web server.
export { createCredentialCheck } from './credentials.ts';
export type { CredentialCheck, CredentialOptions } from './credentials.ts';
export { guardRoute, refuseOtherMethods } from './guard-route.ts';
export type { GuardOptions } from './guard-route.ts';
export { createHttpServer } from './http-server.ts';
export type { HttpServerOptions } from './http-server.ts';
export { listen } from './listen.ts';
export { operationsRoutes } from './operations-routes.ts';
export type { OperationsRoutesOptions } from './operations-routes.ts';
export { startOperationsServer } from './operations-server.ts';
export type { OperationsServerParts } from './operations-server.ts';
export { PROBLEMS, sendProblem } from './problem.ts';
export type { Problem } from './problem.ts';
