// The public surface of the gateway.
export { exportPool, openAuthorizer } from './authorizer.ts';
export type { Authorizer, AuthorizerParts, AuthorizerSettings } from './authorizer.ts';
export type { AuthorizationAnswer, Authorize, Arrival } from './authorize.ts';
export { startGateway } from './gateway.ts';
export type { Gateway, GatewayParts } from './gateway.ts';
export { openMigratedDatabase } from './open-migrated-database.ts';
export type { MigratedDatabaseParts } from './open-migrated-database.ts';
export { startOperationsServer } from './operations-server.ts';
export type { OperationsServerParts } from './operations-server.ts';
export { runGatewayProcess } from './run-gateway-process.ts';
