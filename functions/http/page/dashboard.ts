/** The dashboard as it is served. */
export interface DashboardFile {
  readonly type: string;
  /** Its content, compressed by gzip, in base64. */
  readonly gzip: string;
}
export interface Dashboard {
  /** HTML; `$STAGE` stands for the stage's name. */
  readonly page: string;
  /** By name, such as `app-ABCD1234.js`; a name never gets another content. */
  readonly files: Readonly<Record<string, DashboardFile>>;
}
