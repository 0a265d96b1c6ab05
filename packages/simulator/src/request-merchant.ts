import type { Merchant } from './merchants.ts';
import type { Message } from './message.ts';
import type { Random } from './random.ts';

/** `card_acceptor` in either model (PROTOCOL section 3.5). */
export function cardAcceptor(merchant: Merchant, model: 1 | 2): object {
  const { mid, mcc, name, street, city, state, postalCode, country } = merchant;
  if (model === 2)
    return { mid, mcc, name, street_address: street, city, state, postal_code: postalCode, country_code: country };
  return {
    mid,
    network_mid: mid,
    mcc,
    mcc_groups: ['NONE'],
    name,
    address: street,
    city,
    state,
    zip: postalCode.padEnd(9),
    country,
    poi: {
      partial_approval_capable: '0',
      tid: 'TR100000',
      channel: 'OTHER',
      processing_type: '2',
      cardholder_presence: '1',
    },
  };
}

/** `pos` and `transaction_metadata`: Transaction Model v2 only (PROTOCOL sections 3.6 and 3.7). */
export function pointOfSale({ merchant, kind }: Message, random: Random): object {
  const isPresent = merchant.channel !== 'ECOMMERCE';
  const hasPin = kind.subnetwork === 'VISAINTERLINK' || kind.subnetwork === 'VISAPLUS';
  return {
    pos: {
      pan_entry_mode: isPresent ? random.pick(['CHIP', 'CHIP_CONTACTLESS', 'MAG_STRIPE']) : 'CARD_ON_FILE',
      pin_entry_mode: isPresent ? 'TRUE' : 'FALSE',
      pin_present: hasPin,
      terminal_id: `TR${random.digits(6)}`,
      terminal_attendance: merchant.channel === 'OTHER' ? 'ATTENDED' : 'UNATTENDED',
      terminal_location: isPresent ? 'ON_PREMISE' : 'OFF_PREMISE_CARDHOLDER',
      card_holder_presence: isPresent,
      card_presence: isPresent,
      card_data_input_capability: isPresent ? 'CHIP' : 'KEY_ENTRY',
      country_code: merchant.countryNumeric,
      zip: merchant.postalCode.padEnd(9),
      partial_approval_capable: false,
      purchase_amount_only: false,
      is_recurring: false,
      is_installment: false,
    },
    transaction_metadata: { payment_channel: merchant.channel, moto_indicator: null, is_lodging_auto_rental: false },
  };
}
