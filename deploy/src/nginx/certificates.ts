import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** A certificate that vouches for itself, for servers and as a CA, made by openssl in the folder. */
export async function selfSigned(folder: string, name: string): Promise<Certificate> {
  const [cert, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  await run('openssl', ['req', '-x509', ...NEW_KEY, '-keyout', key, '-out', cert, '-days', '2', ...subject]);
  return { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
}

/** A client's certificate that the authority of that name, of the same folder, has signed. */
export async function signedBy(folder: string, authority: string, name: string): Promise<Certificate> {
  const path = (ending: string) => join(folder, `${name}.${ending}`);
  await writeFile(path('ext'), 'extendedKeyUsage = clientAuth\n');
  await run('openssl', [
    'req',
    '-new',
    ...NEW_KEY,
    '-keyout',
    path('key'),
    '-out',
    path('csr'),
    '-subj',
    `/CN=${name}`,
  ]);
  const ca = ['-CA', join(folder, `${authority}.crt`), '-CAkey', join(folder, `${authority}.key`), '-CAcreateserial'];
  const signing = ['x509', '-req', '-in', path('csr'), '-out', path('crt'), '-days', '2', '-extfile', path('ext')];
  await run('openssl', [...signing, ...ca]);
  return { cert: await readFile(path('crt'), 'utf8'), key: await readFile(path('key'), 'utf8') };
}
