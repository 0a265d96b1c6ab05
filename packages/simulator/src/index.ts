// The public surface of simulator.
export { toDecimalText, toMinor } from './decimal-money.ts';
export { PING, readRefusal, strangersPurchase } from './go-live-probe.ts';
export { importRecords } from './import-records.ts';
export { createLives } from './lives/lives.ts';
export type { Lives, LivesOptions, LivesReport } from './lives/lives.ts';
export { serveCoreApi } from './core-api/serve-core-api.ts';
export type { CoreApi } from './core-api/serve-core-api.ts';
export type { Oddity } from './chains/add-up.ts';
export { createModel } from './model.ts';
export type { AccountBalances, CounterUse, Model, ModelState, Prediction } from './model.ts';
export { createPlayer, playTraffic } from './play.ts';
export type { PlayedOutcome, Player, PlayOptions } from './play.ts';
export { buildProgramme } from './programme.ts';
export type {
  OwnerRef,
  Programme,
  ProgrammeAccount,
  ProgrammeBusiness,
  ProgrammeCard,
  ProgrammeLimit,
  ProgrammeUser,
} from './programme.ts';
export { purchaseText } from './purchase-text.ts';
export type { Purchase } from './purchase-text.ts';
export { buildRequest } from './request.ts';
export { MESSAGE_KINDS } from './message.ts';
export type { Message, MessageKind, MessageKindName } from './message.ts';
export { DEFAULT_MIX } from './traffic-mix.ts';
export type { Play, TrafficMix } from './traffic-mix.ts';
export type { LatencyMs, TrafficReport, WrongAnswer } from './traffic-report.ts';
// Scenarios.
export { runScenario } from './scenario/run-scenario.ts';
export type { ScenarioHost, StepEffect, StepOutcome } from './scenario/run-scenario.ts';
export { runOnSandbox } from './scenario/run-on-sandbox.ts';
export type { SandboxOutcome } from './scenario/run-on-sandbox.ts';
export { createSandboxApi } from './scenario/sandbox-api.ts';
export { loadScenario, scenarioNames } from './scenario/scenario-files.ts';
export type { ScenarioResult } from './scenario/read-scenario.ts';
export type { Scenario, ScenarioStep } from './scenario/scenario.ts';
export { createExchange } from './exchange.ts';
export { createWebhookSender } from './webhooks/webhook-sender.ts';
export type { Notification, WebhookOptions, WebhookSender } from './webhooks/webhook-sender.ts';
export { signatureHeader } from './webhooks/sign-body.ts';
export type { SigningKey } from './webhooks/sign-body.ts';
