// What must be on the machine before anything is installed. Plain JavaScript: it runs on any Node >= 20.
import { spawnSync } from "node:child_process";
import { statfsSync } from "node:fs";

const needed = { nodeMajor: 20, pythonMinor: 10, diskGiB: 4 };

/** @typedef {{ problem: string, remedy: string }} Missing */

/** Everything that is missing, each with its remedy. @param {string} root @param {boolean} installed */
export function missingOnMachine(root, installed) {
  return [checkPlatform(), checkNode(), checkPython(), installed ? null : checkDisk(root)].filter(
    (missing) => missing !== null,
  );
}

/** @returns {Missing | null} */
function checkPlatform() {
  if (process.platform === "linux" || process.platform === "darwin") return null;
  return {
    problem: `${process.platform} is not supported`,
    remedy: "run it in WSL (https://learn.microsoft.com/windows/wsl/install), on Linux or on macOS",
  };
}

/** @returns {Missing | null} */
function checkNode() {
  const [major = 0] = process.versions.node.split(".").map(Number);
  if (major >= needed.nodeMajor) return null;
  return {
    problem: `Node ${process.versions.node} is too old`,
    remedy: `install Node ${needed.nodeMajor} or newer (https://nodejs.org)`,
  };
}

/** The Python to make the environment with: `PYTHON`, or the first on the PATH that is new enough. */
export function findPython() {
  const candidates = process.env["PYTHON"]
    ? [process.env["PYTHON"]]
    : ["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python"];
  return candidates.find((command) => {
    const asked = spawnSync(command, ["-c", "import sys; print(*sys.version_info[:2])"], {
      encoding: "utf8",
    });
    if (asked.status !== 0) return false;
    const [major = 0, minor = 0] = asked.stdout.trim().split(" ").map(Number);
    return major === 3 && minor >= needed.pythonMinor;
  });
}

/** @returns {Missing | null} */
function checkPython() {
  const python = findPython();
  if (python === undefined)
    return {
      problem: `Python 3.${needed.pythonMinor} or newer was not found`,
      remedy:
        "install it (Debian and Ubuntu: apt install python3 python3-venv; macOS: brew install python), or set PYTHON",
    };
  const venv = spawnSync(python, ["-c", "import venv, ensurepip"], { encoding: "utf8" });
  if (venv.status === 0) return null;
  return {
    problem: `${python} cannot make virtual environments`,
    remedy: "install its venv module (Debian and Ubuntu: apt install python3-venv)",
  };
}

/** @param {string} root @returns {Missing | null} */
function checkDisk(root) {
  const disk = statfsSync(root);
  const freeGiB = (disk.bavail * disk.bsize) / 2 ** 30;
  if (freeGiB >= needed.diskGiB) return null;
  return {
    problem: `${freeGiB.toFixed(1)} GiB are free on the disk of ${root}`,
    remedy: `free at least ${needed.diskGiB} GiB (most of it is PyTorch)`,
  };
}
