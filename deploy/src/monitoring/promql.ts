import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

const COMPARISONS = new Set(['Eql', 'Neq', 'Lte', 'Lss', 'Gte', 'Gtr']);
const SETS = new Set(['And', 'Or', 'Unless']);
const LITERALS = new Set(['NumberDurationLiteral', 'StringLiteral']);

/** @throws SyntaxError when it is no PromQL */
export function assertPromql(expr: string): void {
  parser.parse(expr).iterate({
    enter(node) {
      if (node.type.isError) throw new SyntaxError(`no PromQL at ${node.from}: ${expr}`);
    },
  });
}

/** Names of the metrics that stand in it; a name given by a pattern is not among them. */
export function metricNames(expr: string): readonly string[] {
  const names: string[] = [];
  parser.parse(expr).iterate({
    enter({ name, node }) {
      const identifier = name === 'VectorSelector' ? node.getChild('Identifier') : null;
      if (identifier !== null) names.push(expr.slice(identifier.from, identifier.to));
    },
  });
  return names;
}

/**
 * What an alert looks at: its expression without comparisons, in parts where sets are joined. Each must give data, or the
 * alert could never fire.
 */
export function lookedAt(expr: string): readonly string[] {
  const top = parser.parse(expr).topNode.firstChild;
  return top === null ? [] : partsOf(top, expr);
}

function partsOf(node: SyntaxNode, expr: string): readonly string[] {
  const text = expr.slice(node.from, node.to);
  if (LITERALS.has(node.name)) return [];
  if (node.name === 'ParenExpr') return innerOf(node, expr);
  if (node.name === 'FunctionCall' && text.startsWith('absent')) {
    const body = node.getChild('FunctionCallBody');
    return body === null ? [] : innerOf(body, expr);
  }
  if (node.name !== 'BinaryExpr') return [text];
  const children = childrenOf(node);
  const operator = children.find(({ name }) => COMPARISONS.has(name) || SETS.has(name));
  if (operator === undefined) return [text];
  return [children[0], children.at(-1)].flatMap((side) => (side === undefined ? [] : partsOf(side, expr)));
}

/** Of what stands between its brackets. */
function innerOf(node: SyntaxNode, expr: string): readonly string[] {
  return childrenOf(node).flatMap((child) => partsOf(child, expr));
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

/** The same of now: a Prometheus that was started a moment ago has no last week. */
export function withoutOffsets(expr: string): string {
  const cuts: { from: number; to: number }[] = [];
  parser.parse(expr).iterate({
    enter({ name, node }) {
      if (name !== 'OffsetExpr') return;
      const keyword = node.getChild('Offset');
      if (keyword !== null) cuts.push({ from: keyword.from, to: node.to });
    },
  });
  return cuts
    .toSorted((a, b) => b.from - a.from)
    .reduce((text, { from, to }) => text.slice(0, from) + text.slice(to), expr);
}
