import type { LinkKeys } from './record-links.ts';

/** A row of `chain_links`. */
export interface LinkRow {
  readonly link: string;
  readonly chain: ChainName;
  readonly seeks: boolean;
}

/** A token may name a chain in each currency. */
export interface ChainName {
  readonly chainToken: string;
  readonly currency: string;
}

/** Chains that turn out to be one, with what joins them: the positions of the keys that do. */
export interface ChainGroup {
  readonly chains: readonly ChainName[];
  readonly positions: readonly number[];
}

interface Holder {
  readonly node: string;
  readonly seeks: boolean;
}

/**
 * Chains as connected components of what leads from one event to another, so that the order of arrival cannot matter: the
 * links that are stored, and those of new records and of decisions.
 */
export function groupChains(keys: readonly LinkKeys[], stored: readonly LinkRow[]): ChainGroup[] {
  const parents = new Map<string, string>();
  const holders = new Map<string, Holder[]>();
  const find = (node: string): string => {
    let root = node;
    for (let next = parents.get(root); next !== undefined && next !== root; next = parents.get(root)) root = next;
    parents.set(node, root);
    return root;
  };
  const join = (a: string, b: string): void => void parents.set(find(a), find(b));
  const hold = (link: string, holder: Holder): void => {
    const others = holders.get(link);
    if (others === undefined) holders.set(link, [holder]);
    else others.push(holder);
  };

  const chains = new Map(stored.map(({ chain }) => [nodeOf(chain), chain]));
  for (const { link, chain, seeks } of stored) hold(link, { node: nodeOf(chain), seeks });
  keys.forEach(({ named, shared, seeks }, index) => {
    const node = `r${index}`;
    find(node);
    for (const link of named) {
      for (const other of holders.get(link) ?? []) join(node, other.node);
      hold(link, { node, seeks: false });
    }
    for (const link of shared) {
      for (const other of holders.get(link) ?? []) if (seeks || other.seeks) join(node, other.node);
      hold(link, { node, seeks });
    }
  });

  const nodes = [...chains.keys(), ...keys.map((_, index) => `r${index}`)];
  return [...Map.groupBy(nodes, find).values()].map((members) => ({
    chains: members.flatMap((node) => chains.get(node) ?? []),
    positions: members.filter((node) => !chains.has(node)).map((node) => Number(node.slice(1))),
  }));
}

function nodeOf({ chainToken, currency }: ChainName): string {
  return `c${currency} ${chainToken}`;
}
