/**
 * Rules of the fleet and of the commit, each with the edit that removes it. `npm run sim:mutations` finds out whether
 * the simulation notices when a rule is missing.
 */
export interface Mutation {
  readonly rule: string;
  readonly file: string;
  /** Text that occurs in the file exactly once. */
  readonly from: string;
  readonly to: string;
}

export const mutations: readonly Mutation[] = [
  {
    rule: "the commit is conditional: the first writer wins",
    file: "worker/agent/jobs/results.ts",
    from: `  if (
    (await createRecord(store, key, { ...result, ...(codes !== undefined && { codes }) })).kind === "written"
  )
    return result;`,
    to: `  await store.put(key, JSON.stringify({ ...result, ...(codes !== undefined && { codes }) }));
  if (result.nonce !== "") return result;`,
  },
  {
    rule: "the audio is uploaded before the commit that names it",
    file: "worker/agent/jobs/committer.ts",
    from: `      await withRetries(this.#ports, \`upload \${audioKey}\`, () =>
        store.putFile(audioKey, done.path, contentType),
      );
      const stored = await this.commit(job.lease, ours, codes);`,
    to: `      const stored = await this.commit(job.lease, ours, codes);
      await withRetries(this.#ports, \`upload \${audioKey}\`, () =>
        store.putFile(audioKey, done.path, contentType),
      );`,
  },
  {
    rule: "an interruption spends no attempt",
    file: "worker/agent/jobs/committer.ts",
    from: `    const past = await addInterruption(this.#ports, job.message, made);`,
    to: `    const past = await addFailure(this.#ports, job.message, { at: this.#nowIso(), code: "interrupted", detail: "" }, made);`,
  },
  {
    rule: "a worker goes by the time that its machine's tag names",
    file: "worker/agent/agent.ts",
    from: `lifespan(identity.expiresMs, `,
    to: `lifespan(ports.clock.nowMs() + settings.max_lifetime_seconds * 1000, `,
  },
  {
    rule: "every program's clock is set by the store's answers",
    file: "shared/system/store-clock.ts",
    from: `if (this.#offsetMs < least - toleratedMs) this.#offsetMs = least;`,
    to: `if (storeMs < 0) this.#offsetMs = least + most;`,
  },
  {
    rule: "a machine lives while its heartbeat record changes",
    file: "shared/fleet/machines/machine-records.ts",
    from: `  heardMs === null ? Infinity : nowMs - heardMs;`,
    to: `  heardMs === null ? Infinity : nowMs * 0;`,
  },
  {
    rule: "machines that EC2's list leaves out count",
    file: "shared/fleet/launch/observe.ts",
    from: `const instances = [...listed, ...unlistedMachines(listed, ledgers)];`,
    to: `const instances = [...listed, ...unlistedMachines(listed, [])];`,
  },
  {
    rule: "a machine that the list leaves out has not ended",
    file: "shared/billing/ledger/observed.ts",
    from: `nowMs - Date.parse(seen_at ?? launched_at) > missingMs;`,
    to: `nowMs > missingMs;`,
  },
  {
    rule: "a stop is not proven by a list that leaves a machine out",
    file: "shared/fleet/stop/sweep.ts",
    from: `left.length === 0 && unlisted === 0 && coming === 0;`,
    to: `left.length === 0 && unlisted >= 0 && coming === 0;`,
  },
  {
    rule: "a rebalance recommendation is advice",
    file: "shared/fleet/reap/rebalance.ts",
    from: `settings.rebalance === "drain" && `,
    to: ``,
  },
  {
    rule: "by such advice one machine leaves in ten minutes",
    file: "shared/fleet/reap/rebalance.ts",
    from: `  last === null || nowMs - Date.parse(last.at) >= betweenDrainsMs;`,
    to: `  last === null || nowMs >= betweenDrainsMs;`,
  },
  {
    rule: "machines that EC2 took back are no failed starts",
    file: "shared/billing/measures/failed-starts.ts",
    from: `ended_by === "itself" ||`,
    to: `ended_by !== "api" ||`,
  },
  {
    rule: "what lost attempts left is removed",
    file: "shared/batch/reconcile/receipts.ts",
    from: `if (areClosed || reminders.includes("end")) await deleteLeftovers(ports, progress);`,
    to: `if (areClosed && reminders.length < 0) await deleteLeftovers(ports, progress);`,
  },
  {
    rule: "workers hear of an abort",
    file: "worker/agent/agent.ts",
    from: `      if (cancel !== null) workbench.cancel(batchId, cancel);`,
    to: `      if (cancel !== null) continue;`,
  },
  {
    rule: "the reconciler sends open items again",
    file: "shared/batch/reconcile/reconcile.ts",
    from: `  if (!(await resumeExpansion(ports, batch, { progress, control })) && isWanted)
    await resend(ports, batch, { progress, control, committed: new Set(results.keys()) }, observed);`,
    to: `  await resumeExpansion(ports, batch, { progress, control });`,
  },
  {
    rule: "the reconciler folds results whose events were lost",
    file: "shared/batch/reconcile/reconcile.ts",
    from: `  if (missed.length === 0) return progress;`,
    to: `  if (missed.length >= 0) return progress;`,
  },
  {
    rule: "the reconciler finishes batches",
    file: "shared/batch/reconcile/reconcile.ts",
    from: `    await finishBatch(ports, progress, progress.ended_at);
    return;`,
    to: `    return;`,
  },
  {
    rule: "machines that boot count",
    file: "shared/fleet/launch/decide/buy/allowance.ts",
    from: `  const existing = machines.filter(({ phase }) => phase !== "ended");`,
    to: `  const existing = machines.filter(({ phase }) => phase !== "ended" && phase !== "booting");`,
  },
  {
    rule: "launches that EC2's list does not show count",
    file: "shared/fleet/launch/decide/buy/allowance.ts",
    from: `settings.limits.max_instances - existing.length - unseen),`,
    to: `settings.limits.max_instances - existing.length),`,
  },
  {
    rule: "the budget of the day holds launches",
    file: "shared/fleet/launch/decide/budgets.ts",
    from: `        most: Math.max(0, Math.floor(period.leftUsd / eachUsd)),`,
    to: `        most: 99,`,
  },
  {
    rule: "a machine whose start was not told costs the highest price of that time",
    file: "shared/billing/bill.ts",
    from: `(running_at !== null && running_at !== launched_at)) return prices;`,
    to: `running_at !== "") return prices;`,
  },
  {
    rule: "a budget drains what it pays for no longer",
    file: "shared/fleet/launch/decide/decide.ts",
    from: `  const unpaid = unaffordable(seen, settings);`,
    to: `  const unpaid = unaffordable(seen, settings).slice(9);`,
  },
  {
    rule: "the reaper ends what a budget's order did not reach",
    file: "shared/fleet/reap/reasons-to-end.ts",
    from: `    return isOfBudget(drain.reason) ? "over_budget" : "drain_deadline";`,
    to: `    return isOfBudget(drain.reason) ? null : "drain_deadline";`,
  },
  {
    rule: "a start's guess is no measured pace",
    file: "worker/agent/engine/engine-keeper.ts",
    from: `      audio_seconds_per_second: this.#measuredPace,`,
    to: `      audio_seconds_per_second: this.#measuredPace ?? this.#ready?.guessed_audio_seconds_per_second ?? null,`,
  },
  {
    rule: "work that no machine receives buys no third machine",
    file: "shared/fleet/launch/decide/reasons/launch-limits.ts",
    from: `  [messages, starts].filter((limit) => limit !== null)`,
    to: `  [starts].filter((limit) => limit !== null && messages.most >= 0)`,
  },
  {
    rule: "an item of which the queue refuses the message fails",
    file: "shared/batch/queue/deliver.ts",
    from: `  if (refused.length === 0) return null;`,
    to: `  if (refused.length >= 0) return null;`,
  },
  {
    rule: "a batch is held when what is left pays for no more of it",
    file: "shared/fleet/launch/decide/batch-budget.ts",
    from: `    if (isSpent(budget) || leftMs <= neededMs)`,
    to: `    if (isSpent(budget) && leftMs < 0)`,
  },
  {
    rule: "workers begin nothing of a batch that is held",
    file: "worker/agent/intake/screener.ts",
    from: `    if (control.isHeld) {`,
    to: `    if (control.isHeld && control.cancel !== null) {`,
  },
  {
    rule: "machines on demand have a cap of their own",
    file: "shared/fleet/launch/decide/buy/allowance.ts",
    from: `      (settings.rescue?.max_instances ?? 0) -
      existing.filter(isOf("on_demand")).length -`,
    to: `      (settings.rescue === undefined ? 0 : 9) -`,
  },
  {
    rule: "of ticks that overlap, one launches",
    file: "shared/fleet/pools/turn.ts",
    from: `    return record.turn === seen ? {`,
    to: `    return seen !== undefined ? {`,
  },
  {
    rule: "an unknown launch is asked for again with the same token",
    file: "shared/fleet/launch/intents.ts",
    from: `  clientToken: intent.client_token,`,
    to: `  clientToken: intent.client_token + String(Math.random()),`,
  },
  {
    rule: "the launcher looks at the latch before it asks",
    file: "shared/fleet/launch/ask-for-launch.ts",
    from: `  if (await latchIsClosed(ports.store)) {
    // A launch`,
    to: `  if (intent.count < 0) {
    // A launch`,
  },
  {
    rule: "a stop's zero is read back",
    file: "shared/fleet/stop/sweep.ts",
    from: `    verified: found !== null && isZero(found, coming),`,
    to: `    verified: terminated !== null && coming === 0,`,
  },
  {
    rule: "a stop waits for launches without an answer",
    file: "shared/fleet/stop/sweep.ts",
    from: `left.length === 0 && unlisted === 0 && coming === 0;`,
    to: `left.length === 0 && unlisted === 0 && coming !== -1;`,
  },
  {
    rule: "the reaper carries a stop on",
    file: "shared/fleet/reap/reap-tick.ts",
    from: `const stop = latched ? await continueStop(ports, stage) : null;`,
    to: `const stop = latched && stage.stage === "" ? await continueStop(ports, stage) : null;`,
  },
  {
    rule: "the reaper ends what is silent",
    file: "shared/fleet/reap/reasons-to-end.ts",
    from: `    case "silent":
      return "no_heartbeat";`,
    to: `    case "silent":
      return null;`,
  },
  {
    rule: "the reaper ends what never boots",
    file: "shared/fleet/reap/reasons-to-end.ts",
    from: `      return "boot_deadline";`,
    to: `      return null;`,
  },
  {
    rule: "the reaper ends nobody while it is busy",
    file: "shared/fleet/reap/reasons-to-end.ts",
    from: `  if (worker?.state !== "idle" || worker.idle_since === null) return false;
  const idleMs = Date.parse(worker.heartbeat_at) - Date.parse(worker.idle_since) + silentMs(records, nowMs);`,
    to: `  if (worker === null) return false;
  const idleMs = nowMs - Date.parse(worker.booted_at);`,
  },
  {
    rule: "what EC2 takes in the first hour costs nothing in the ledger",
    file: "shared/billing/bill.ts",
    from: `    machine: isFree(entry, nowMs) ? [] : charged(`,
    to: `    machine: charged(`,
  },
  {
    rule: "a machine's volume is charged for",
    file: "shared/billing/bill.ts",
    from: `    volume,
    address: charged`,
    to: `    volume: [],
    address: charged`,
  },
  {
    rule: "a machine's public address is charged for",
    file: "shared/billing/bill.ts",
    from: `    address: charged(startMs, endMs, () => extras.address_usd_per_hour),`,
    to: `    address: [],`,
  },
  {
    rule: "a machine costs what was in force at its launch, though that was told after it",
    file: "shared/billing/ledger/ledger-notes.ts",
    from: `since: pool?.price_since ?? launchedAt,`,
    to: `since: launchedAt,`,
  },
  {
    rule: "an event's machine is looked for on the days of EC2's time",
    file: "shared/fleet/reap/instance-events.ts",
    from: `recentDays(toldMs + intentAheadMs,`,
    to: `recentDays(ports.clock.nowMs() + toldMs * 0,`,
  },
  {
    rule: "EC2's own time of an end wins over a look's",
    file: "shared/billing/ledger/ledger-notes.ts",
    from: `ended_at: toldEnd(entry, end.endedAt), end_is_told: true`,
    to: `ended_at: entry.ended_at ?? end.endedAt, end_is_told: true`,
  },
  {
    rule: "a lagging list takes back no end that an event has told",
    file: "shared/billing/ledger/observed.ts",
    from: `const isAlive = there && !entry.end_is_told;`,
    to: `const isAlive = there;`,
  },
  {
    rule: "EC2 charges for a minute at least",
    file: "shared/billing/bill.ts",
    from: `const lastMs = Math.max(endMs, startMs + leastMs);`,
    to: `const lastMs = endMs;`,
  },
  {
    rule: "receipts wait for closed accounts",
    file: "shared/batch/reconcile/receipts.ts",
    from: `if (areClosed) {`,
    to: `if (batch.total > 0) {`,
  },
  {
    rule: "an account waits for EC2's word on who ended the machine",
    file: "shared/billing/ledger/closing.ts",
    from: `(ended_by === null ? toldByMs : openAfterEndMs)`,
    to: `openAfterEndMs`,
  },
  {
    rule: "an account is closed with all prices of the machine's life",
    file: "shared/billing/ledger/closing.ts",
    from: `  if (entry.market !== "spot") return entry;`,
    to: `  if (entry.market !== "") return entry;`,
  },
  {
    rule: "a closed account stays as it is",
    file: "shared/billing/ledger/observed.ts",
    from: `earlier.closed_at === null ? seenAgain(earlier, seen, nowMs) : earlier;`,
    to: `seenAgain(earlier, seen, nowMs);`,
  },
  {
    rule: "a machine is in the ledger from its launch's answer on",
    file: "shared/fleet/launch/ask-for-launch.ts",
    from: `  await noteLaunched(ports, intent, launched, settings);`,
    to: ``,
  },
  {
    rule: "the closing of a machine's account leaves a reminder for the batches that it served",
    file: "shared/fleet/reap/keep-ledgers.ts",
    from: `    Object.keys(entry.gpu_seconds_by_batch).map((batchId) =>`,
    to: `    Object.keys(entry.gpu_seconds_by_batch).slice(1).map((batchId) =>`,
  },
  {
    rule: "webhooks are told of a batch's end before it is written down",
    file: "shared/batch/progress/fold.ts",
    from: `  if (!(await store.exists(key))) await tellOfEnd(progress, endedAt, ports);
  await createRecord(store, key, completed);`,
    to: `  const isNew = (await createRecord(store, key, completed)).kind === "written";
  if (isNew) await tellOfEnd(progress, endedAt, ports);`,
  },
  {
    rule: "webhooks are told of items before progress has them",
    file: "shared/batch/progress/fold.ts",
    from: `  await tellOfItems(batchId, results, ports);
`,
    to: `  void tellOfItems(batchId, results, ports).catch(() => undefined);
`,
  },
  {
    rule: "a delivery that failed is tried again",
    file: "shared/webhooks/deliver.ts",
    from: `  if (nextMs !== null) await again(`,
    to: `  if (nextMs !== null && message.attempt > 2) await again(`,
  },
  {
    rule: "a delivery on which the function failed comes again",
    file: "functions/queues/deliver-messages.ts",
    from: `    return [messageId];`,
    to: `    return [];`,
  },
  {
    rule: "an endpoint that answers 410 is disabled",
    file: "shared/webhooks/deliver.ts",
    from: `  if (judged.outcome === "disabled") await disableGone(id, owner, ports);
`,
    to: ``,
  },
  {
    rule: "messages of a model without an open batch fill no queue",
    file: "shared/batch/queue/queue-room.ts",
    from: `  if (open.length > mostRead) return all;`,
    to: `  if (open.length >= 0) return all;`,
  },
  {
    rule: "a run of an expansion that was replaced ends no batch",
    file: "shared/batch/expand/expand.ts",
    from: `await this.#run.note({ at: "ending", ...reason })`,
    to: `{ at: "ending", ...reason }`,
  },
  {
    rule: "an expansion whose run died is taken over",
    file: "shared/batch/uploads/expansion.ts",
    from: `return { kind: clock.nowMs() - found.modifiedMs < lostAfterMs ? "running" : "lost", record };`,
    to: `return { kind: clock.nowMs() < lostAfterMs ? "lost" : "running", record };`,
  },
  {
    rule: "the reconciler starts the next run of an expansion",
    file: "shared/batch/reconcile/resume-expansion.ts",
    from: `  await ports.expander.expand(batch.id);
`,
    to: ``,
  },
  {
    rule: "a machine's bill has the price changes of its own type alone",
    file: "shared/billing/ledger/ledger.ts",
    from: `): boolean => type === null || type === instanceType;`,
    to: `): boolean => type === null || instanceType !== "";`,
  },
  {
    rule: "work is planned with the pace of the machine type that does it",
    file: "shared/billing/measures/type-measures.ts",
    from: `const own = measured.types[instanceType]?.audio_seconds_per_second ?? null;`,
    to: `const own = measured.audio_seconds_per_second;`,
  },
];
