import { isTest, packageOf, type SourceFile, withoutComments } from './source-file.ts';

// `marqeta` translates them; the simulator and the bench play the other side, in their own words.
const SPEAK_THE_WIRE = new Set(['marqeta', 'simulator', 'bench']);

const WIRE_WORDS = [
  /\bpgfs\./,
  /\bgpa_order(_unload)?\b/,
  /\bjit_funding\b/,
  /\bdecline_reason\b/,
  /\bcard_acceptor\b/,
  /\bgateway_log\b/,
  /\bis_final_clearing\b/,
  /\bissuer_received_time\b/,
  /\bamount_to_be_released\b/,
  /\bsubnetwork\b/,
  /(?<!\w)(user|business)_token\b/,
];

/** Marqeta's words in code outside the packages that speak the wire. */
export function wireWordProblems(file: SourceFile): string[] {
  const own = packageOf(file.path);
  if (own === undefined || SPEAK_THE_WIRE.has(own) || isTest(file.path)) return [];
  const code = withoutComments(file.text);
  return WIRE_WORDS.map((word) => word.exec(code)?.[0])
    .filter((word) => word !== undefined)
    .map((word) => `speaks the wire: ${word}`);
}
