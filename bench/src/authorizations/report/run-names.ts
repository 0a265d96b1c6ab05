/** What the runs are called that figures are made of; there may be others. */
export const RUN = {
  uniform: 'freeway uniform saturated',
  nullServer: 'null saturated',
  textbook: 'textbook saturated',
  hot: 'hot',
  half: 'half of saturation',
  /** The null server at that same rate: what of the latency is the generator's own. */
  floor: 'null at half of saturation',
  at500: '500/s',
  large: '10 million cards',
  /** In turn with it, on a programme that is small and new. */
  emptyBesideLarge: 'empty beside 10 million cards',
  oneGateway: 'one gateway',
  twoGateways: 'two gateways',
  /** At the rate at which servers die. */
  allAlive: 'all alive',
  redisDies: 'redis dies',
  rabbitmqDies: 'rabbitmq dies',
  mongodbDies: 'mongodb dies',
  million: '1 million requests',
  /** Of the gate: a rate that the machine holds for sure. */
  held: 'held rate',
} as const;

export type RunName = (typeof RUN)[keyof typeof RUN];
