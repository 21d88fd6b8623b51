/** The action TerminateInstances. */
import * as z from "zod";
import type { InstanceState } from "../../../shared/ports.ts";
import type { Action, AnswerFields } from "../context.ts";
import { stateCodes } from "../machines/machine.ts";
import { parseParameters } from "../api/parameters.ts";

const requestSchema = z.strictObject({ InstanceId: z.array(z.string()).min(1).max(1000) });

/** If EC2 does not list one of the ids, none of the machines is ended. */
export const terminateInstances: Action = (parameters, { machines }) => {
  const request = parseParameters(requestSchema, parameters);
  const lives = machines.visibleByIds(request.InstanceId);
  return {
    instancesSet: lives.map((life) => {
      const previous = life.machine.state;
      void life.end("terminated_by_user");
      return {
        instanceId: life.machine.instanceId,
        currentState: stateOf(life.machine.state),
        previousState: stateOf(previous),
      };
    }),
  };
};

const stateOf = (state: InstanceState): AnswerFields => ({ code: stateCodes[state], name: state });
