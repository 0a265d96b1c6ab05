/** A statement as a process sends it to PostgreSQL: with the parameter types it declares, 0 for those it leaves open. */
export interface SentStatement {
  readonly application: string;
  readonly text: string;
  readonly types: readonly number[];
}

/** Bytes of what comes before a message's length: nothing for the first of a connection, its kind for the others. */
const KIND_BYTES = 1;
const LENGTH_BYTES = 4;
const PARSE = 'P'.charCodeAt(0);

/** Reads one connection's way to the server (PostgreSQL's protocol, version 3), in whatever pieces it comes. */
export function createStatementReader(report: (statement: SentStatement) => void): (piece: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0);
  let application: string | undefined;
  return (piece) => {
    pending = Buffer.concat([pending, piece]);
    for (;;) {
      const before = application === undefined ? 0 : KIND_BYTES;
      if (pending.length < before + LENGTH_BYTES) return;
      const length = before + pending.readInt32BE(before);
      if (pending.length < length) return;
      const content = pending.subarray(before + LENGTH_BYTES, length);
      if (application === undefined) application = applicationIn(content);
      else if (pending[0] === PARSE) report({ application, ...parseOf(content) });
      pending = pending.subarray(length);
    }
  };
}

/** After the version, names and values in turn. */
function applicationIn(startup: Buffer): string {
  const texts = startup.subarray(4).toString('utf8').split('\0');
  return texts[texts.indexOf('application_name') + 1] ?? '';
}

function parseOf(content: Buffer): Pick<SentStatement, 'text' | 'types'> {
  const textFrom = content.indexOf(0) + 1;
  const textEnd = content.indexOf(0, textFrom);
  const count = content.readInt16BE(textEnd + 1);
  const types = Array.from({ length: count }, (_, index) => content.readUInt32BE(textEnd + 3 + index * 4));
  return { text: content.toString('utf8', textFrom, textEnd), types };
}
