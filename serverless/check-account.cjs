/** An osls plugin: a deploy to an account begins by asking it whether image, zones and key pair are there. */
const { accountClient, checkAccount } = require("./account.ts");

module.exports = class CheckAccount {
  /**
   * @param {{ service: { custom: { stage: { config: import("../shared/config.ts").StageConfig }, accountIsChecked: boolean } }, classes: { Error: new (message: string) => Error } }} serverless
   * @param {unknown} _options
   * @param {{ log: { warning: (text: string) => void } }} utilities
   */
  constructor(serverless, _options, { log }) {
    this.hooks = {
      "before:deploy:deploy": async () => {
        const { stage, accountIsChecked } = serverless.service.custom;
        if (!accountIsChecked) return;
        const { faults, warning } = await checkAccount(accountClient(stage.config.region), stage.config);
        if (warning !== null) log.warning(warning);
        if (stage.config.alert_email === undefined)
          log.warning("alert_email is not set: nobody gets the alarms and the warnings of the budget");
        if (faults.length > 0)
          throw new serverless.classes.Error(
            `the account does not fit the configuration:\n  ${faults.join("\n  ")}`,
          );
      },
    };
  }
};
