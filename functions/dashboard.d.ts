/** What the bundler puts in place of the import: a `Dashboard`, whose type an ambient module cannot name. */
declare module "musicgen-batch/dashboard" {
  export const page: string;
  export const files: Readonly<Record<string, { readonly type: string; readonly gzip: string }>>;
}
