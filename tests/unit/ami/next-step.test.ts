import { expect, test } from "vitest";
import type { BuildMachine, BuiltImage, Facts, Report } from "../../../ami/build/facts.ts";
import { nextStep } from "../../../ami/build/next-step.ts";

const startedMs = Date.UTC(2026, 0, 1, 12);
const minute = 60_000;
const machine = (state: BuildMachine["state"]): BuildMachine => ({
  id: "i-1",
  state,
  launchedMs: startedMs,
  baseImage: "ami-base",
});
const image = (state: BuiltImage["state"]): BuiltImage => ({
  id: "ami-1",
  name: "musicgen-worker-v1",
  state,
});
const passed: Report = { passed: true, faults: [] };
const failed: Report = { passed: false, faults: ["this build of torch holds no sm_75"] };
const nothing: Facts = { machine: null, report: null, image: null, securityGroup: null };

test.each<[what: string, facts: Partial<Facts>, minutes: number, step: object]>([
  ["starts a machine when there is none", {}, 0, { kind: "launch" }],
  [
    "waits while the machine works",
    { machine: machine("running") },
    89,
    { kind: "wait", what: "the build machine to set itself up and run its self-test" },
  ],
  [
    "gives up on a machine that reports nothing until its timer ends it",
    { machine: machine("running") },
    91,
    { kind: "fail", reason: "the build machine reported nothing within 90 minutes" },
  ],
  [
    "stops a machine whose self-test passed",
    { machine: machine("running"), report: passed },
    20,
    { kind: "stop" },
  ],
  [
    "fails with what the self-test found",
    { machine: machine("running"), report: failed },
    20,
    { kind: "fail", reason: "this build of torch holds no sm_75" },
  ],
  [
    "makes the image of a stopped machine",
    { machine: machine("stopped"), report: passed },
    21,
    { kind: "create_image" },
  ],
  [
    "makes no image of a machine that somebody stopped before it reported anything",
    { machine: machine("stopped") },
    5,
    { kind: "fail" },
  ],
  [
    "fails when the machine is gone and there is no image",
    { machine: machine("terminated"), report: passed },
    30,
    { kind: "fail", reason: "the build machine ended before there was an image" },
  ],
  [
    "waits for the image",
    { machine: machine("stopped"), report: passed, image: image("pending") },
    30,
    { kind: "wait" },
  ],
  [
    "fails when EC2 cannot make the image",
    { machine: machine("stopped"), report: passed, image: image("failed") },
    30,
    { kind: "fail", reason: "EC2 could not make the image" },
  ],
  [
    "ends the machine when the image is there",
    { machine: machine("stopped"), image: image("available"), securityGroup: "sg-1" },
    40,
    { kind: "terminate" },
  ],
  [
    "waits for the machine's end before it deletes the group that it uses",
    { machine: machine("shutting-down"), image: image("available"), securityGroup: "sg-1" },
    40,
    { kind: "wait" },
  ],
  [
    "deletes the group of a machine that is gone",
    { machine: machine("terminated"), image: image("available"), securityGroup: "sg-1" },
    41,
    { kind: "delete_group", group: "sg-1" },
  ],
  ["is done when only the image is left", { image: image("available") }, 42, { kind: "done" }],
])("a build %s", (_what, facts, minutes, step) => {
  expect(nextStep({ ...nothing, ...facts }, startedMs + minutes * minute)).toMatchObject(step);
});
