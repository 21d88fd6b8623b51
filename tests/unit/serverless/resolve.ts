/** CloudFormation's part, as far as the generated resources use it: references become names that show. */
export function resolve(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null && "Fn::Join" in value) {
    const [separator, parts] = value["Fn::Join"] as [string, readonly unknown[]];
    return parts.map(resolve).join(separator);
  }
  if (typeof value === "object" && value !== null && "Fn::Sub" in value)
    return String(value["Fn::Sub"]).replaceAll(/\$\{([A-Za-z0-9]+)\}/g, "https://sqs.example/$1");
  throw new Error(`expected an Fn::Sub, got ${JSON.stringify(value)}`);
}
