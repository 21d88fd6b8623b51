/** The few parts of CloudFormation's language that the generated resources need. */
export interface Resource {
  readonly Type: string;
  readonly DependsOn?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}
export type Resources = Readonly<Record<string, Resource>>;

export const ref = (name: string): unknown => ({ Ref: name });
export const att = (name: string, attribute: string): unknown => ({ "Fn::GetAtt": [name, attribute] });
/** `${Name}` in the text becomes a reference to the resource. */
export const sub = (text: string): unknown => ({ "Fn::Sub": text });

export const tags = (values: Readonly<Record<string, string>>): { Key: string; Value: string }[] =>
  Object.entries(values).map(([Key, Value]) => ({ Key, Value }));
