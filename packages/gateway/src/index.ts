// The public surface of the gateway.
export { openAuthorizer } from './authorizer.ts';
export type { Authorizer, AuthorizerParts, AuthorizerSettings } from './authorizer.ts';
export type { AuthorizationAnswer, Authorize, Arrival } from './authorize.ts';
export { startGateway } from './gateway.ts';
export type { Gateway, GatewayParts } from './gateway.ts';
export { runGatewayProcess } from './run-gateway-process.ts';
