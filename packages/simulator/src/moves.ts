/** Whatever has states of which the gateway may know an older one. */
interface Movable<S> {
  states: readonly S[];
}

/** State transitions on their way to the gateway. */
export interface Moves {
  /** From now on this is the state in the end. */
  move<S>(subject: Movable<S> | undefined, to: S, by: string): void;
  /** The gateway knows of this transition. False: it is none of these. */
  arrived(by: string): boolean;
}

export function createMoves(): Moves {
  const onTheirWay = new Map<string, () => void>();
  return {
    move(subject, to, by) {
      if (subject === undefined) return;
      subject.states = [...subject.states.filter((state) => state !== to), to];
      const settled = subject.states;
      // Only the newest leaves nothing open: an older one is archived without effect if it comes later.
      onTheirWay.set(by, () => {
        if (subject.states === settled) subject.states = [to];
      });
    },
    arrived(by) {
      const settle = onTheirWay.get(by);
      settle?.();
      onTheirWay.delete(by);
      return settle !== undefined;
    },
  };
}

export function setState<S>(subject: Movable<S> | undefined, state: S): void {
  if (subject !== undefined) subject.states = [state];
}
