/** What the methods of the platform differ in, as far as the bench plays them (PROTOCOL 5.1, 5.2). */
export interface MethodShape {
  readonly method: string;
  readonly type: string;
  readonly subnetwork: string;
  /** Money leaves the cardholder by the one, and comes by the other. */
  readonly order: 'gpa_order' | 'gpa_order_unload';
  /** Asks about an amount of 0: nothing is held or counted. */
  readonly isZero: boolean;
  /** Names the authorization that it follows. */
  readonly follows: boolean;
}

function shape(method: string, type: string, differs: Partial<MethodShape> = {}): MethodShape {
  return { method, type, subnetwork: 'VISANET', order: 'gpa_order', isZero: false, follows: false, ...differs };
}

export const PURCHASE = shape('pgfs.authorization', 'authorization');
export const INCREMENT = shape('pgfs.authorization.incremental', 'authorization.incremental', { follows: true });
export const PIN_DEBIT = shape('pgfs.auth_plus_capture', 'pindebit', { subnetwork: 'VISAINTERLINK' });
export const WITHDRAWAL = shape('pgfs.atm.withdrawal', 'authorization.atm.withdrawal', { subnetwork: 'VISAPLUS' });
export const CASH_BACK = shape('pgfs.authorization.cashback', 'authorization.cashback');
export const INQUIRY = shape('pgfs.balanceinquiry', 'balanceinquiry', { subnetwork: 'VISAPLUS', isZero: true });
export const VERIFICATION = shape('pgfs.authorization.account_verification', 'authorization', { isZero: true });
export const REFUND = shape('pgfs.refund.authorization', 'refund.authorization', { order: 'gpa_order_unload' });
