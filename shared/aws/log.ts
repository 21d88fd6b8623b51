/** The log port: structured lines for CloudWatch. */
import { Logger } from "@aws-lambda-powertools/logger";
import type { Log } from "../ports.ts";

/** Writes each message as one line of JSON on stdout. */
export class PowertoolsLog implements Log {
  /** For the middleware that adds the request's data to every line. */
  readonly logger: Logger;

  constructor(service: string) {
    this.logger = new Logger({ serviceName: service });
  }

  debug(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.logger.debug(message, { ...fields });
  }
  info(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.logger.info(message, { ...fields });
  }
  warn(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.logger.warn(message, { ...fields });
  }
  error(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.logger.error(message, { ...fields });
  }
}

/** @param service the function's name, written on every line */
export const powertoolsLog = (service: string): PowertoolsLog => new PowertoolsLog(service);
