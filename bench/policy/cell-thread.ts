/** A thread of the bench: takes a cell, answers with its rows, until it is ended. */
import { parentPort } from "node:worker_threads";
import type { Cell } from "./play.ts";
import { playCell } from "./play.ts";

parentPort?.on("message", (cell: Cell) => parentPort?.postMessage(playCell(cell)));
