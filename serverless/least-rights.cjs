/**
 * An osls plugin that takes away what osls and its roles plugin grant and nobody uses: a role for functions that have
 * none of their own, and the right to make log groups, which the stack makes with the days that they are kept.
 */
const unusedRole = "IamRoleLambdaExecution";
const unusedAction = "logs:CreateLogGroup";

module.exports = class LeastRights {
  /** @param {{ service: { provider: { compiledCloudFormationTemplate: { Resources: Record<string, any> } } } }} serverless */
  constructor(serverless) {
    this.hooks = {
      // Comes after the roles plugin, which is listed first.
      "before:package:finalize": () => {
        const { Resources: resources } = serverless.service.provider.compiledCloudFormationTemplate;
        delete resources[unusedRole];
        const roles = Object.values(resources).filter(({ Type: type }) => type === "AWS::IAM::Role");
        for (const statement of roles.flatMap(statementsOf))
          if (Array.isArray(statement.Action))
            statement.Action = statement.Action.filter((action) => action !== unusedAction);
      },
    };
  }
};

/** @param {{ Properties: { Policies: { PolicyDocument: { Statement: { Action: string | string[] }[] } }[] } }} role */
const statementsOf = ({ Properties: { Policies: policies } }) =>
  policies.flatMap(({ PolicyDocument: { Statement: statements } }) => statements);
