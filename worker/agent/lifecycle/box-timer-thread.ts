import { parentPort, workerData } from "node:worker_threads";

setTimeout(() => process.kill(process.pid, "SIGKILL"), Number(workerData));
parentPort?.postMessage("set");
