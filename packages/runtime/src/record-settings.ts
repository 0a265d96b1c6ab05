import { group } from './setting.ts';

/** How records of the platform are booked; part of `SETTINGS`. */
export const RECORD_SETTINGS = group('What records of the platform do', ['worker', 'sweeper', 'cli'], {
  RESIDUE_KEPT: {
    type: 'string',
    default: 'lodging,rental,cruise,airline,card_not_present',
    form: {
      pattern:
        /none|(?:lodging|rental|cruise|airline|fuel|restaurant|transit|card_present|card_not_present)(?:,(?:lodging|rental|cruise|airline|fuel|restaurant|transit|card_present|card_not_present))*/,
      says: 'none, or some of lodging, rental, cruise, airline, fuel, restaurant, transit, card_present, card_not_present, separated by commas',
    },
    about: 'Where what a clearing leaves of a hold stays held, if the clearing does not say; elsewhere it is released.',
  },
  HOLD_DAYS: {
    type: 'string',
    form: {
      pattern:
        /(?:lodging|rental|cruise|airline|fuel|restaurant|transit)=[1-9]\d?(?:,(?:lodging|rental|cruise|airline|fuel|restaurant|transit)=[1-9]\d?)*/,
      says: 'like fuel=3,lodging=30',
    },
    unset: '30 days for pre-authorizations, lodging, rental and cruise, 7 for the rest',
    about: 'Days that a hold lives where the platform does not say, by kind of merchant.',
  },
  WEBHOOK_ARCHIVE: {
    type: 'choice',
    choices: ['raw', 'masked'],
    default: 'raw',
    about: 'Elements of webhooks are archived as they came, or with all but a list of members masked.',
  },
  RECORD_BATCH_MAX: {
    type: 'int',
    default: 100,
    min: 1,
    max: 1000,
    about: 'Most webhooks or records that a worker handles in one transaction.',
  },
});
