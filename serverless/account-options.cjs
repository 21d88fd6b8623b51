/** An osls plugin: what the account asks of every resource (a key, a boundary) is put into the finished template. */
const { withAccountOptions } = require("./resources/account-options.ts");

module.exports = class AccountOptions {
  /** @param {{ service: { custom: { stage: { config: import("../shared/config.ts").StageConfig } }, provider: { compiledCloudFormationTemplate: { Resources: import("./resources/template.ts").Resources } } } }} serverless */
  constructor(serverless) {
    this.hooks = {
      // The last step before it is written: our own resources have joined those that osls makes.
      "after:aws:package:finalize:mergeCustomProviderResources": () => {
        const { custom, provider } = serverless.service;
        const template = provider.compiledCloudFormationTemplate;
        template.Resources = withAccountOptions(template.Resources, custom.stage.config);
      },
    };
  }
};
