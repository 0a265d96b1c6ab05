// The public surface of the gateway.
export { factTtls, openAuthorizer } from './authorizer.ts';
export type { Authorizer, AuthorizerParts, AuthorizerSettings } from './authorizer.ts';
export type { AuthorizationAnswer, Authorize, Arrival } from './authorize.ts';
export { startGateway } from './gateway.ts';
export type { Gateway, GatewayParts } from './gateway.ts';
