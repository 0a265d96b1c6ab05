import { MEASUREMENTS } from './authorizations/measure/measurement-names.ts';

export const HELP = `usage: npm run bench [-- --only <names>] [--for 15s] [--users 10000] [--connections 128] [--rounds 3] [--large]
                            [--out <name>] [--json]
       npm run bench -- --check [--for 6s] [--users 2000] [--connections 128] [--json]
       npm run bench -- memory  [--rate 1000] [--for 60s] [--users 10000] [--json]
       npm run bench -- records [--rate 500] [--for 20s] [--users 10000] [--json]
                                [--queues rabbitmq|embedded] [--backlog 20000]
                                [--only throughput|webhooks|records|backlog]
       npm run bench -- chaos   [--kills 10] [--rate 30] [--for 4m] [--users 1000] [--json]
                                [--queues rabbitmq|embedded]

Without a name: what an authorization takes, and how it compares with what bounds it and with the usual way to write it.
Starts a database and processes of its own, checks every answer, and at the end the ledger; one that is wrong makes the
run void. Prints a table, and adds a whole suite to bench/results/history.jsonl.
${Object.entries(MEASUREMENTS)
  .map(([name, what]) => `  ${name.padEnd(11)}${what}`)
  .join('\n')}
--only is a list of these with commas between. --for is the time of each load after its warm-up; loads that are compared
are played in turn, --rounds times, and their median counts. --users is whom the loads ask about, --connections how many
send at once where a load saturates. --out also writes bench/results/<name>.json and <name>.html.

--check   the gate of a build: a few short loads, judged by ratios with tolerance and by the promise of p99. Tries up to
          three times where only a measure is missed. Adds a line to bench/results/history.jsonl.
memory    the gateway's resident memory at a constant rate of requests. Starts a database and a gateway of its own,
          sends unique authorizations, checks every answer and, at the end, the ledger.
records   how fast webhooks get into the ledger. Starts a database, the intake and the two workers of its own; measures
          how many records a second get through (throughput), what is waited for at a constant rate of webhooks with
          one record each (webhooks) and of as many records in webhooks of ten (records), and how a backlog drains
          (backlog). One wrong balance at the end makes the run void. With --queues rabbitmq, which is the default
          where RABBITMQ_URL is set, queues of its own are made there.
chaos     whether anything is lost. Plays whole lives against processes of its own while it kills each of them (SIGKILL)
          --kills times in turn and starts it again; then every account, counter and listed record must be what the
          simulator's own model says, and the ledger's invariants must hold. The kills are spread over --for, by default 3 s for each.

Exit codes: 0 within the limits, 1 not, or a run is void, 2 called wrongly, 130 interrupted.`;
