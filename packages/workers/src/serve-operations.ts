import { type OperationsServerParts, startOperationsServer } from '@freeway/runtime/http';

export interface OperationsParts extends Omit<OperationsServerParts, 'host' | 'port'> {
  readonly settings: { readonly OPERATIONS_HOST: string; readonly OPERATIONS_PORT: number | undefined };
}

/** Health, readiness and metrics over HTTP, where the operator gave them a port. */
export async function serveOperations({ settings, ...parts }: OperationsParts): Promise<void> {
  const { OPERATIONS_HOST: host, OPERATIONS_PORT: port } = settings;
  if (port !== undefined) await startOperationsServer({ host, port, ...parts });
}
