// A certificate to begin with, made of Node's own means: not every machine has openssl, and Node signs but has no word for
// certificates. It is an X.509 version 3 certificate in DER (RFC 5280), P-256, for a name and the loopback addresses.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const YEARS = 2;
const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  text: 0x0c,
  sequence: 0x30,
  set: 0x31,
};
const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));

/** `certificate` and `key` as PEM. */
export function selfSignedCertificate(name, now = new Date()) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const until = new Date(now);
  until.setUTCFullYear(until.getUTCFullYear() + YEARS);
  const subject = sequence(der(TAG.set, sequence(oid('550403'), der(TAG.text, Buffer.from(name)))));
  const body = sequence(
    // Version 3.
    der(0xa0, der(TAG.integer, Buffer.from([2]))),
    der(TAG.integer, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ECDSA_WITH_SHA256,
    subject,
    sequence(time(now), time(until)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(basicConstraints(), subjectAltNames(name))),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]);
  const certificate = sequence(body, ECDSA_WITH_SHA256, der(TAG.bits, signature));
  return { certificate: pem(certificate), key: privateKey.export({ type: 'pkcs8', format: 'pem' }) };
}

/** It signs no other. */
function basicConstraints() {
  return sequence(oid('551d13'), der(TAG.boolean, Buffer.from([0xff])), der(TAG.octets, sequence()));
}

function subjectAltNames(name) {
  const names = sequence(
    der(0x82, Buffer.from(name)),
    der(0x87, Buffer.from([127, 0, 0, 1])),
    der(0x87, Buffer.concat([Buffer.alloc(15), Buffer.from([1])])),
  );
  return sequence(oid('551d11'), der(TAG.octets, names));
}

/** UTCTime, which RFC 5280 wants for dates before 2050: YYMMDDhhmmssZ. */
function time(date) {
  const digits = date.toISOString().replace(/\D/g, '').slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}

function oid(hex) {
  return der(TAG.oid, Buffer.from(hex, 'hex'));
}

function sequence(...parts) {
  return der(TAG.sequence, Buffer.concat(parts));
}

function der(tag, content) {
  const { length } = content;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

function pem(bytes) {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
