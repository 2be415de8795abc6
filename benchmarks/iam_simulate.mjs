// Asks iam-simulate (installed by whoever runs the benchmarks) the requests of a JSON file.
// Prints its decisions (null for requests that it refuses) and, for each round, how many of the
// others it decides in a second that its main thread works.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const given = JSON.parse(readFileSync(process.argv[2], "utf8"));
const entry = pathToFileURL(join(given.package, "dist/esm/index.js"));
const { runSimulation } = await import(entry.href);

const account = "111122223333";
const simulations = given.requests.map((request) => {
  const { identity, boundary } = given.holders[request.holder];
  return {
    request: {
      principal: request.principal,
      action: request.action,
      resource: { resource: request.resource, accountId: account },
      contextVariables: request.context,
    },
    identityPolicies: identity,
    permissionBoundaryPolicies: boundary ?? undefined,
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  };
});

function worked() {
  try {
    const nanoseconds = readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8");
    return Number(nanoseconds.split(" ")[0]) / 1e9;
  } catch {
    return performance.now() / 1e3;
  }
}

async function decideAll(several) {
  const decisions = [];
  for (const simulation of several) {
    const found = await runSimulation(simulation, {});
    decisions.push(found.resultType === "error" ? null : found.overallResult);
  }
  return decisions;
}

const decisions = await decideAll(simulations);
const accepted = simulations.filter((_, place) => decisions[place] !== null);
const rates = [];
for (let round = 0; round < given.rounds; round += 1) {
  const begun = worked();
  await decideAll(accepted);
  rates.push(accepted.length / (worked() - begun));
}
console.log(JSON.stringify({ decisions, rates }));
