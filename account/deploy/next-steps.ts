/** What is left to do after a deploy. Pure. */
export interface Deployed {
  readonly stage: string;
  readonly url: string;
  /** The stage's first key; `there`: it has one; `not shown`: it has none, and nobody looked. */
  readonly key: { readonly made: string } | "there" | "not shown";
  /** Whether the address for alarms is confirmed. */
  readonly email: "none" | "confirmed" | "pending";
}

export function nextSteps({ stage, url, key, email }: Deployed): readonly string[] {
  const steps = [
    ...keySteps(stage, url, key),
    ...(email === "pending"
      ? ['follow the link in AWS\'s mail "Subscription Confirmation": until then nobody hears the alarms']
      : []),
    ...(email === "none" ? ["set alert_email and deploy again: nobody hears the alarms"] : []),
    "a day after the first deploy, activate the tag that AWS's budget counts by: aws ce update-cost-allocation-tags-status --cost-allocation-tags-status TagKey=mgb:stage,Status=Active",
    `look at the stage: npm run mgb -- doctor --stage ${stage}`,
  ];
  return [
    `Stage ${stage} is deployed: ${url}`,
    ...(typeof key === "object" ? [`Its first API key, which is not shown again: ${key.made}`] : []),
    "Next:",
    ...steps.map((step, index) => `  ${index + 1}. ${step}`),
  ];
}

function keySteps(stage: string, url: string, key: Deployed["key"]): readonly string[] {
  if (key === "there") return [];
  const login = `log in with the key: npm run mgb -- login --url ${url}`;
  return key === "not shown"
    ? [`make the first API key: npm run mgb -- keys create --stage ${stage}`, login]
    : [login];
}
