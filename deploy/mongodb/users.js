// Run by mongosh as root of a new server, in the database freeway; once, by the image's entrypoint. Freeway's user reads and
// writes the archive and nothing else.
const { readFileSync } = require('node:fs');

db.getSiblingDB('freeway').createUser({
  user: 'freeway',
  pwd: readFileSync('/run/secrets/freeway_mongodb_password', 'utf8').trim(),
  roles: [{ role: 'readWrite', db: 'freeway' }],
});
