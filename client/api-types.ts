/** Made of the OpenAPI document by `npm run api:types`; not to be edited. */
export interface paths {
  readonly "/v1": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** lists the routes */
    readonly get: operations["listRoutes"];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/batches": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * lists your batches, the newest first
     * @description Needs a key with the scope `read`.
     */
    readonly get: operations["listBatches"];
    readonly put?: never;
    /**
     * submits a batch; dry_run=true only estimates it
     * @description Needs a key with the scope `submit`.
     */
    readonly post: operations["submitBatch"];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/batches/{id}": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * shows a batch; wait=25 waits for a change of what If-None-Match names
     * @description Needs a key with the scope `read`.
     */
    readonly get: operations["getBatch"];
    readonly put?: never;
    readonly post?: never;
    /**
     * deletes a batch that has ended, with its clips
     * @description Needs a key with the scope `submit`.
     */
    readonly delete: operations["deleteBatch"];
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/batches/{id}/budget": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /**
     * changes what a batch may cost
     * @description Needs a key with the scope `submit`.
     */
    readonly post: operations["setBatchBudget"];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/batches/{id}/cancel": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /**
     * cancels the unfinished items of a batch
     * @description Needs a key with the scope `submit`.
     */
    readonly post: operations["cancelBatch"];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/batches/{id}/retry": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /**
     * takes a new batch of what did not succeed, with the same prompts, seeds and parameters
     * @description Needs a key with the scope `submit`.
     */
    readonly post: operations["retryBatch"];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/batches/{id}/items": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * lists its items and their state
     * @description Needs a key with the scope `read`.
     */
    readonly get: operations["listItems"];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/batches/{id}/results": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * gives its results, a line each, as JSON or as CSV; the header Link leads to the next page
     * @description Needs a key with the scope `read`.
     */
    readonly get: operations["listResults"];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/batches/{id}/events": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * tells what happened to a batch and its items, the first event first
     * @description Needs a key with the scope `read`.
     */
    readonly get: operations["listEvents"];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/estimates": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /**
     * estimates what a batch would cost and how long it would take
     * @description Needs a key with the scope `submit`.
     */
    readonly post: operations["estimateBatch"];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/items/{id}": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * shows an item and its result
     * @description Needs a key with the scope `read`.
     */
    readonly get: operations["getItem"];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/items/{id}/cancel": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /**
     * cancels an item: a queued one now, one that runs at its next step
     * @description Needs a key with the scope `submit`.
     */
    readonly post: operations["cancelItem"];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/items/{id}/audio": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * redirects to the clip; redirect=false gives its address as JSON
     * @description Needs a key with the scope `read`.
     */
    readonly get: operations["getAudio"];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/models": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * lists the models
     * @description Needs a key with the scope `read`.
     */
    readonly get: operations["listModels"];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/usage": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * shows what was spent, by day, model and batch
     * @description Needs a key with the scope `read`.
     */
    readonly get: operations["getUsage"];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/capacity": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * shows the machines, the queues and what holds launches
     * @description Needs a key with the scope `read`.
     */
    readonly get: operations["getCapacity"];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/decisions": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * lists what the launcher decided, and why
     * @description Needs a key with the scope `read`.
     */
    readonly get: operations["listDecisions"];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/prices": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * shows the spot price by zone, and its changes of the last hours
     * @description Needs a key with the scope `read`.
     */
    readonly get: operations["getPrices"];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/launch": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /**
     * looks for work now; dry_run=true only plans
     * @description Needs a key with the scope `operate`.
     */
    readonly post: operations["launch"];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/stop": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * shows the last stop and its proof
     * @description Needs a key with the scope `operate`.
     */
    readonly get: operations["getStop"];
    readonly put?: never;
    /**
     * stops everything
     * @description Needs a key with the scope `operate`.
     */
    readonly post: operations["stop"];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/start": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /**
     * starts the service again after a stop
     * @description Needs a key with the scope `operate`.
     */
    readonly post: operations["start"];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/keys": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * lists the API keys, never the keys themselves
     * @description Needs a key with the scope `operate`.
     */
    readonly get: operations["listKeys"];
    readonly put?: never;
    /**
     * makes an API key, which this answer alone shows
     * @description Needs a key with the scope `operate`.
     */
    readonly post: operations["createKey"];
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/keys/{id}": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    readonly post?: never;
    /**
     * revokes an API key: within 30 s it opens nothing
     * @description Needs a key with the scope `operate`.
     */
    readonly delete: operations["revokeKey"];
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/healthz": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** says that the API is up */
    readonly get: operations["checkHealth"];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/openapi.json": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** describes the API as OpenAPI 3.1 */
    readonly get: operations["getOpenApi"];
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    readonly AudioLink: {
      /** Format: uri */
      readonly url: string;
      /** Format: date-time */
      readonly expires_at: string;
      readonly file_name: string;
    };
    readonly Batch: {
      readonly id: string;
      readonly name: string | null;
      readonly retry_of: string | null;
      /** @enum {string} */
      readonly status: "validating" | "queued" | "running" | "stopped" | "canceling" | "ended";
      readonly outcome: ("succeeded" | "partial" | "failed" | "canceled" | "expired" | "stopped") | null;
      readonly model: string;
      /** @enum {string} */
      readonly speed: "fast" | "standard" | "economy";
      /** @enum {string} */
      readonly priority: "low" | "normal" | "high";
      readonly counts: {
        readonly total: number;
        readonly queued: number;
        readonly running: number;
        readonly succeeded: number;
        readonly failed: number;
        readonly canceled: number;
        readonly expired: number;
      };
      readonly progress: number;
      readonly audio_seconds: {
        readonly total: number;
        readonly succeeded: number;
      };
      readonly waiting_reason: {
        /** @enum {string} */
        readonly reason:
          | "work"
          | "no_work"
          | "covered"
          | "booting"
          | "max_instances"
          | "price"
          | "no_price"
          | "cooling"
          | "budget_day"
          | "budget_month"
          | "budget_batch"
          | "quota"
          | "breaker"
          | "latch"
          | "few_messages"
          | "no_messages"
          | "waiting_for_deadline"
          | "rescue";
        readonly detail: string;
        /** Format: date-time */
        readonly at: string;
      } | null;
      readonly interruptions: number;
      readonly instances: number;
      readonly cost: {
        readonly estimate: components["schemas"]["Estimate"];
        readonly max_usd: string | null;
        readonly accrued_usd: string;
        readonly final: boolean;
        readonly notes: readonly string[];
        readonly instance_seconds: number;
        readonly billed_seconds: number;
        readonly on_demand_usd: string;
        readonly saved_usd: string;
        readonly receipt: components["schemas"]["Receipt"] | null;
      };
      /** Format: date-time */
      readonly submitted_at: string;
      /** Format: date-time */
      readonly deadline_at: string;
      readonly expires_at: string | null;
      readonly started_at: string | null;
      readonly ended_at: string | null;
      readonly metadata: {
        readonly [key: string]: string;
      };
      readonly retain_days: number | null;
      readonly delete_at: string | null;
    };
    readonly BatchCheck: {
      readonly model: string;
      readonly speed: string;
      readonly items: number;
      readonly audio_seconds: number;
      readonly estimate: components["schemas"]["Estimate"];
    };
    readonly BatchRequest: {
      readonly name?: string;
      readonly model?: string;
      readonly defaults?: {
        readonly duration_seconds?: number;
        readonly temperature?: number;
        readonly top_k?: number;
        readonly top_p?: number;
        readonly guidance_scale?: number;
        readonly output?: {
          /** @enum {string} */
          readonly format?: "wav" | "flac" | "mp3" | "ogg";
          /** @enum {string} */
          readonly normalize?: "loudness" | "peak" | "none";
          readonly fade_out_seconds?: number;
        };
      };
      readonly items: readonly components["schemas"]["ItemRequest"][];
      /** @enum {string} */
      readonly speed?: "fast" | "standard" | "economy";
      /** @enum {string} */
      readonly priority?: "low" | "normal" | "high";
      readonly reuse?: boolean;
      readonly expires_in_seconds?: number;
      readonly max_cost_usd?: string;
      readonly metadata?: {
        readonly [key: string]: string;
      };
      readonly retain_days?: number;
    };
    readonly Capacity: {
      readonly at: string | null;
      readonly closed: boolean;
      readonly instances: {
        readonly [key: string]: number;
      };
      readonly workers: readonly {
        readonly instance_id: string;
        readonly zone: string;
        readonly model: string;
        readonly state: string;
        readonly reason: string | null;
        readonly items_running: number;
        readonly slots: number;
        /** Format: date-time */
        readonly heartbeat_at: string;
        readonly told_seconds_ago: number;
      }[];
      readonly other_workers: number;
      readonly queues: readonly {
        readonly model: string;
        readonly fast: {
          readonly waiting: number;
          readonly in_flight: number;
        };
        readonly standard: {
          readonly waiting: number;
          readonly in_flight: number;
        };
      }[];
      readonly zones: readonly {
        readonly zone: string;
        readonly price_usd_per_hour: string | null;
        readonly cooling: {
          /** Format: date-time */
          readonly until: string;
          readonly reason: string;
          readonly code: string;
        } | null;
      }[];
      readonly quotas: readonly {
        /** @enum {string} */
        readonly market: "spot" | "on_demand";
        /** Format: date-time */
        readonly until: string;
        readonly detail: string;
      }[];
      readonly breaker: {
        /** Format: date-time */
        readonly until: string;
        readonly reason: string;
        readonly detail: string;
      } | null;
      readonly failed_starts: readonly {
        readonly model: string;
        /** Format: date-time */
        readonly until: string;
        readonly detail: string;
        readonly instance_id: string;
        readonly console_tail: string | null;
      }[];
      readonly decisions: readonly {
        readonly model: string;
        readonly open_items: number;
        readonly open_audio_seconds: number;
        readonly work_seconds: number;
        readonly audio_seconds_per_second: number;
        readonly boot_seconds: number;
        readonly have: number;
        readonly want: number;
        readonly launch: number;
        readonly launched: number;
        readonly reasons: readonly {
          /** @enum {string} */
          readonly reason:
            | "work"
            | "no_work"
            | "covered"
            | "booting"
            | "max_instances"
            | "price"
            | "no_price"
            | "cooling"
            | "budget_day"
            | "budget_month"
            | "budget_batch"
            | "quota"
            | "breaker"
            | "latch"
            | "few_messages"
            | "no_messages"
            | "waiting_for_deadline"
            | "rescue";
          readonly detail: string;
        }[];
      }[];
    };
    readonly Decision: {
      /** @constant */
      readonly v: 1;
      /** Format: date-time */
      readonly at: string;
      readonly models: readonly {
        readonly model: string;
        readonly open_items: number;
        readonly open_audio_seconds: number;
        readonly work_seconds: number;
        readonly audio_seconds_per_second: number;
        readonly boot_seconds: number;
        readonly have: number;
        readonly want: number;
        readonly launch: number;
        readonly launched: number;
        readonly reasons: readonly {
          /** @enum {string} */
          readonly reason:
            | "work"
            | "no_work"
            | "covered"
            | "booting"
            | "max_instances"
            | "price"
            | "no_price"
            | "cooling"
            | "budget_day"
            | "budget_month"
            | "budget_batch"
            | "quota"
            | "breaker"
            | "latch"
            | "few_messages"
            | "no_messages"
            | "waiting_for_deadline"
            | "rescue";
          readonly detail: string;
        }[];
      }[];
      /** @default [] */
      readonly launches: readonly {
        readonly model: string;
        /** @enum {string} */
        readonly market: "spot" | "on_demand";
        readonly asked: number;
        /** @enum {string} */
        readonly answer: "answered" | "refused" | "open" | "latched";
        readonly instances: readonly {
          readonly instance_id: string;
          readonly zone: string;
          readonly price_usd_per_hour: number;
        }[];
        readonly errors: readonly {
          readonly code: string;
          readonly message: string;
          readonly zone: string | null;
        }[];
      }[];
      readonly drained: readonly {
        readonly instance_id: string;
        readonly zone: string;
        /** @enum {string} */
        readonly reason: "price" | "budget_day" | "budget_month";
        readonly detail: string;
      }[];
      readonly prices: readonly {
        readonly zone: string;
        readonly price_usd_per_hour: string;
        /** Format: date-time */
        readonly since: string;
      }[];
      readonly instances: {
        readonly [key: string]: number;
      };
      readonly spent_usd: {
        readonly day: number;
        readonly month: number;
      };
    };
    readonly Estimate: {
      readonly usd: {
        readonly low: string;
        readonly high: string;
      };
      readonly seconds: {
        readonly low: number;
        readonly high: number;
      };
      readonly on_demand_usd: string;
      readonly basis: {
        readonly machines: number;
        readonly usd_per_hour: {
          readonly low: string;
          readonly high: string;
        };
        readonly on_demand_usd_per_hour: string;
        readonly volume_usd_per_hour: string;
        readonly address_usd_per_hour: string;
        readonly least_seconds: number;
        readonly boot_seconds: number;
        readonly audio_seconds_per_second: number;
        readonly measured: boolean;
      };
    };
    readonly Event: {
      readonly id: string;
      /** @enum {string} */
      readonly type:
        | "batch.submitted"
        | "batch.started"
        | "batch.canceling"
        | "item.succeeded"
        | "item.failed"
        | "item.canceled"
        | "item.expired"
        | "batch.ended";
      /** Format: date-time */
      readonly at: string;
      readonly item_id: string | null;
      readonly index: number | null;
      readonly custom_id: string | null;
      readonly detail: string | null;
    };
    readonly Item: {
      readonly id: string;
      readonly index: number;
      readonly custom_id: string | null;
      /** @enum {string} */
      readonly status: "queued" | "running" | "succeeded" | "failed" | "canceled" | "expired";
      readonly step: number | null;
      readonly steps: number | null;
      readonly batch_id: string;
      readonly prompt: string;
      readonly seed: number;
      readonly parameters: components["schemas"]["Parameters"];
      readonly result: components["schemas"]["Result"] | null;
    };
    readonly ItemRequest: {
      readonly custom_id?: string;
      readonly prompt: string;
      readonly seed?: number;
      readonly variations?: number;
      readonly duration_seconds?: number;
      readonly temperature?: number;
      readonly top_k?: number;
      readonly top_p?: number;
      readonly guidance_scale?: number;
      readonly output?: {
        /** @enum {string} */
        readonly format?: "wav" | "flac" | "mp3" | "ogg";
        /** @enum {string} */
        readonly normalize?: "loudness" | "peak" | "none";
        readonly fade_out_seconds?: number;
      };
    };
    readonly ItemSummary: {
      readonly id: string;
      readonly index: number;
      readonly custom_id: string | null;
      /** @enum {string} */
      readonly status: "queued" | "running" | "succeeded" | "failed" | "canceled" | "expired";
      readonly step: number | null;
      readonly steps: number | null;
    };
    readonly Key: {
      readonly id: string;
      readonly owner: string;
      readonly scopes: readonly ("read" | "submit" | "operate")[];
      readonly name: string | null;
      /** @enum {string} */
      readonly status: "active" | "expired" | "revoked";
      /** Format: date-time */
      readonly created_at: string;
      readonly expires_at: string | null;
      readonly revoked_at: string | null;
    };
    readonly CreatedKey: {
      readonly id: string;
      readonly owner: string;
      readonly scopes: readonly ("read" | "submit" | "operate")[];
      readonly name: string | null;
      /** @enum {string} */
      readonly status: "active" | "expired" | "revoked";
      /** Format: date-time */
      readonly created_at: string;
      readonly expires_at: string | null;
      readonly revoked_at: string | null;
      readonly key: string | null;
    };
    readonly KeyRequest: {
      readonly owner?: string;
      readonly scopes: readonly ("read" | "submit" | "operate")[];
      readonly name?: string;
      readonly expires_in_seconds?: number;
    };
    readonly Model: {
      readonly id: string;
      readonly display_name: string;
      readonly licence: string;
      readonly audio_seconds_per_gpu_second: number;
      readonly max_duration_seconds: number;
    };
    readonly Parameters: {
      readonly duration_seconds: number;
      readonly temperature: number;
      readonly top_k: number;
      readonly top_p: number;
      readonly guidance_scale: number;
      readonly output: {
        /** @enum {string} */
        readonly format: "wav" | "flac" | "mp3" | "ogg";
        /** @enum {string} */
        readonly normalize: "loudness" | "peak" | "none";
        readonly fade_out_seconds: number;
      };
    };
    readonly Prices: {
      readonly instance_type: string;
      /** Format: date-time */
      readonly from: string;
      /** Format: date-time */
      readonly to: string;
      readonly max_usd_per_hour: string;
      readonly on_demand_usd_per_hour: string;
      readonly extras_usd_per_hour: string;
      readonly zones: readonly {
        readonly zone: string;
        readonly usd_per_hour: string | null;
        readonly changes: readonly {
          /** Format: date-time */
          readonly at: string;
          readonly usd_per_hour: string;
        }[];
      }[];
    };
    readonly Problem: {
      /** @constant */
      readonly type: "about:blank";
      readonly title: string;
      readonly status: number;
      readonly code: string;
      readonly detail: string;
      readonly request_id: string;
      readonly retryable: boolean;
      readonly errors?: readonly {
        readonly pointer: string;
        readonly detail: string;
      }[];
    };
    readonly Receipt: {
      /** Format: date-time */
      readonly at: string;
      readonly instance_seconds: number;
      readonly billed_seconds: number;
      readonly usd: string;
      readonly work_usd: string;
      readonly boot_usd: string;
      readonly load_usd: string;
      readonly idle_usd: string;
      readonly interrupted_usd: string;
      readonly volume_usd: string;
      readonly address_usd: string;
      readonly instances: readonly {
        readonly instance_id: string;
        readonly instance_seconds: number;
        readonly billed_seconds: number;
        readonly usd: string;
        readonly work_usd: string;
        readonly boot_usd: string;
        readonly load_usd: string;
        readonly idle_usd: string;
        readonly interrupted_usd: string;
        readonly volume_usd: string;
        readonly address_usd: string;
      }[];
      readonly other_instances: {
        readonly count: number;
        readonly usd: string;
      } | null;
    };
    readonly Result: {
      readonly item_id: string;
      readonly index: number;
      readonly custom_id: string | null;
      /** @enum {string} */
      readonly outcome: "succeeded" | "failed" | "canceled" | "expired";
      /** Format: date-time */
      readonly finished_at: string;
      readonly audio: {
        /** @enum {string} */
        readonly format: "wav" | "flac" | "mp3" | "ogg";
        readonly bytes: number;
        readonly sha256: string;
        readonly duration_seconds: number;
        readonly sample_rate: number;
        readonly checks: {
          readonly lufs: number | null;
          readonly true_peak_dbtp: number | null;
          readonly silence_ratio: number;
          readonly clipped_samples: number;
        };
        readonly url: string;
      } | null;
      readonly error: {
        /** @enum {string} */
        readonly code:
          | "bad_request"
          | "numeric"
          | "engine_error"
          | "too_many_failures"
          | "interruption_limit"
          | "malformed_message"
          | "undeliverable";
        readonly detail: string;
      } | null;
      readonly provenance: {
        readonly model: string;
        readonly revision: string;
        readonly engine_version: string;
        readonly dtype: string;
        readonly device: string;
        readonly seed: number;
        readonly parameters: components["schemas"]["Parameters"];
      } | null;
      readonly reused: boolean;
      readonly reused_from: string | null;
      readonly licence: string | null;
      readonly gpu_seconds: number;
      readonly steps: number;
      readonly interruptions: number;
      readonly receipt: {
        readonly usd: string;
        readonly work_usd: string;
        readonly boot_usd: string;
        readonly load_usd: string;
        readonly idle_usd: string;
        readonly interrupted_usd: string;
        readonly volume_usd: string;
        readonly address_usd: string;
      } | null;
    };
    readonly Route: {
      /** @enum {string} */
      readonly method: "GET" | "POST" | "DELETE";
      readonly path: string;
      readonly scope: ("read" | "submit" | "operate") | null;
      readonly does: string;
    };
    readonly Start: {
      /** @constant */
      readonly state: "open";
      readonly opened_at: string | null;
    };
    readonly Stop: {
      readonly id: string | null;
      /** @enum {string} */
      readonly state: "open" | "stopping" | "stopped";
      readonly requested_at: string | null;
      readonly verified_at: string | null;
      readonly reopened_at: string | null;
      readonly instances_terminated: number;
      readonly instances_left: number | null;
      readonly messages_left: number | null;
      readonly cost_per_hour_usd: string | null;
      readonly steps: readonly {
        /** Format: date-time */
        readonly at: string;
        readonly step: string;
        readonly ok: boolean;
        readonly detail: string;
      }[];
    };
    readonly Usage: {
      /** Format: date */
      readonly from: string;
      /** Format: date */
      readonly to: string;
      readonly usd: string;
      readonly unassigned_usd: string | null;
      readonly by_day: readonly {
        /** Format: date */
        readonly day: string;
        readonly usd: string;
      }[];
      readonly by_model: readonly {
        readonly model: string | null;
        readonly usd: string;
      }[];
      readonly by_batch: readonly {
        readonly batch_id: string;
        readonly usd: string;
      }[];
      readonly other_batches: {
        readonly count: number;
        readonly usd: string;
      } | null;
      readonly instances:
        | readonly {
            readonly instance_id: string;
            readonly model: string | null;
            readonly zone: string;
            /** @enum {string} */
            readonly market: "spot" | "on_demand";
            /** Format: date-time */
            readonly launched_at: string;
            readonly ended_at: string | null;
            readonly seconds: number;
            readonly usd: string;
            readonly work_usd: string;
            readonly boot_usd: string;
            readonly load_usd: string;
            readonly idle_usd: string;
            readonly interrupted_usd: string;
            readonly volume_usd: string;
            readonly address_usd: string;
          }[]
        | null;
      readonly other_instances: {
        readonly count: number;
        readonly usd: string;
      } | null;
    };
    readonly ListRoutesAnswer: {
      readonly data: readonly components["schemas"]["Route"][];
      readonly next_cursor: string | null;
      readonly has_more: boolean;
    };
    readonly ListBatchesAnswer: {
      readonly data: readonly components["schemas"]["Batch"][];
      readonly next_cursor: string | null;
      readonly has_more: boolean;
    };
    readonly DeleteBatchAnswer: {
      readonly id: string;
      /** Format: date-time */
      readonly deleted_at: string;
    };
    readonly SetBatchBudgetRequest: {
      readonly max_cost_usd: string;
    };
    readonly CancelBatchRequest: {
      /** @enum {string} */
      readonly mode: "drain" | "abort";
    };
    readonly RetryBatchRequest: {
      readonly name?: string;
      /** @enum {string} */
      readonly speed?: "fast" | "standard" | "economy";
      /** @enum {string} */
      readonly priority?: "low" | "normal" | "high";
      readonly expires_in_seconds?: number;
      readonly max_cost_usd?: string;
    };
    readonly ListItemsAnswer: {
      readonly data: readonly components["schemas"]["ItemSummary"][];
      readonly next_cursor: string | null;
      readonly has_more: boolean;
    };
    readonly ListEventsAnswer: {
      readonly data: readonly components["schemas"]["Event"][];
      readonly next_cursor: string | null;
      readonly has_more: boolean;
    };
    readonly ListModelsAnswer: {
      readonly data: readonly components["schemas"]["Model"][];
      readonly next_cursor: string | null;
      readonly has_more: boolean;
    };
    readonly ListDecisionsAnswer: {
      readonly data: readonly components["schemas"]["Decision"][];
      readonly next_cursor: string | null;
      readonly has_more: boolean;
    };
    readonly LaunchAnswer: {
      /** @constant */
      readonly triggered: true;
    };
    readonly ListKeysAnswer: {
      readonly data: readonly components["schemas"]["Key"][];
      readonly next_cursor: string | null;
      readonly has_more: boolean;
    };
    readonly CheckHealthAnswer: {
      /** @constant */
      readonly status: "ok";
    };
    readonly GetOpenApiAnswer: {
      readonly [key: string]: unknown;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  readonly listRoutes: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Done */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["ListRoutesAnswer"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly listBatches: {
    readonly parameters: {
      readonly query?: {
        readonly limit?: number;
        readonly cursor?: string;
        readonly owner?: string;
      };
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Done */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["ListBatchesAnswer"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly submitBatch: {
    readonly parameters: {
      readonly query?: {
        readonly dry_run?: boolean;
      };
      readonly header?: {
        readonly "Idempotency-Key"?: string;
      };
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody: {
      readonly content: {
        readonly "application/json": components["schemas"]["BatchRequest"];
      };
    };
    readonly responses: {
      /** @description Done */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["BatchCheck"];
        };
      };
      /** @description Taken: it goes on */
      readonly 202: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["Batch"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running; `conflict`: Not possible in this state */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      readonly 413: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `queue_full`: Too many items are queued; `too_many_batches`: Too many batches are active */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `stopped`: The service was stopped by its operator */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly getBatch: {
    readonly parameters: {
      readonly query?: {
        readonly wait?: number;
      };
      readonly header?: {
        readonly "If-None-Match"?: string;
      };
      readonly path: {
        readonly id: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Done */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["Batch"];
        };
      };
      /** @description What If-None-Match names is still so */
      readonly 304: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly deleteBatch: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        readonly id: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Taken: it goes on */
      readonly 202: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["DeleteBatchAnswer"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `conflict`: Not possible in this state */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly setBatchBudget: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: {
        readonly "Idempotency-Key"?: string;
      };
      readonly path: {
        readonly id: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody: {
      readonly content: {
        readonly "application/json": components["schemas"]["SetBatchBudgetRequest"];
      };
    };
    readonly responses: {
      /** @description Done */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["Batch"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running; `conflict`: Not possible in this state */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      readonly 413: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly cancelBatch: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: {
        readonly "Idempotency-Key"?: string;
      };
      readonly path: {
        readonly id: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody: {
      readonly content: {
        readonly "application/json": components["schemas"]["CancelBatchRequest"];
      };
    };
    readonly responses: {
      /** @description Taken: it goes on */
      readonly 202: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["Batch"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running; `conflict`: Not possible in this state */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      readonly 413: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly retryBatch: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: {
        readonly "Idempotency-Key"?: string;
      };
      readonly path: {
        readonly id: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody?: {
      readonly content: {
        readonly "application/json": components["schemas"]["RetryBatchRequest"];
      };
    };
    readonly responses: {
      /** @description Taken: it goes on */
      readonly 202: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["Batch"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running; `conflict`: Not possible in this state */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      readonly 413: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `queue_full`: Too many items are queued; `too_many_batches`: Too many batches are active */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `stopped`: The service was stopped by its operator */
      readonly 503: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly listItems: {
    readonly parameters: {
      readonly query?: {
        readonly limit?: number;
        readonly cursor?: string;
      };
      readonly header?: never;
      readonly path: {
        readonly id: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Done */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["ListItemsAnswer"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly listResults: {
    readonly parameters: {
      readonly query?: {
        readonly limit?: number;
        readonly cursor?: string;
        readonly format?: "jsonl" | "csv";
      };
      readonly header?: never;
      readonly path: {
        readonly id: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Done */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/x-ndjson": components["schemas"]["Result"];
          readonly "text/csv": string;
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly listEvents: {
    readonly parameters: {
      readonly query?: {
        readonly limit?: number;
        readonly cursor?: string;
      };
      readonly header?: never;
      readonly path: {
        readonly id: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Done */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["ListEventsAnswer"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly estimateBatch: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: {
        readonly "Idempotency-Key"?: string;
      };
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody: {
      readonly content: {
        readonly "application/json": components["schemas"]["BatchRequest"];
      };
    };
    readonly responses: {
      /** @description Done */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["BatchCheck"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      readonly 413: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly getItem: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        readonly id: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Done */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["Item"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly cancelItem: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: {
        readonly "Idempotency-Key"?: string;
      };
      readonly path: {
        readonly id: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Taken: it goes on */
      readonly 202: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["Item"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running; `conflict`: Not possible in this state */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      readonly 413: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly getAudio: {
    readonly parameters: {
      readonly query?: {
        readonly redirect?: boolean;
      };
      readonly header?: never;
      readonly path: {
        readonly id: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Done */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["AudioLink"];
        };
      };
      /** @description Found elsewhere: see Location */
      readonly 302: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_ready`: The item has no audio yet; `conflict`: Not possible in this state */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly listModels: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Done */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["ListModelsAnswer"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly getUsage: {
    readonly parameters: {
      readonly query?: {
        readonly from?: string;
        readonly to?: string;
      };
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Done */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["Usage"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly getCapacity: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Done */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["Capacity"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly listDecisions: {
    readonly parameters: {
      readonly query?: {
        readonly limit?: number;
        readonly cursor?: string;
      };
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Done */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["ListDecisionsAnswer"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly getPrices: {
    readonly parameters: {
      readonly query?: {
        readonly hours?: number;
      };
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Done */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["Prices"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly launch: {
    readonly parameters: {
      readonly query?: {
        readonly dry_run?: boolean;
      };
      readonly header?: {
        readonly "Idempotency-Key"?: string;
      };
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Done */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["Decision"];
        };
      };
      /** @description Taken: it goes on */
      readonly 202: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["LaunchAnswer"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      readonly 413: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly getStop: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Done */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["Stop"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly stop: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: {
        readonly "Idempotency-Key"?: string;
      };
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Taken: it goes on */
      readonly 202: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["Stop"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      readonly 413: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly start: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: {
        readonly "Idempotency-Key"?: string;
      };
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Done */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["Start"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      readonly 413: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly listKeys: {
    readonly parameters: {
      readonly query?: {
        readonly limit?: number;
        readonly cursor?: string;
      };
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Done */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["ListKeysAnswer"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly createKey: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: {
        readonly "Idempotency-Key"?: string;
      };
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody: {
      readonly content: {
        readonly "application/json": components["schemas"]["KeyRequest"];
      };
    };
    readonly responses: {
      /** @description Made */
      readonly 201: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["CreatedKey"];
        };
      };
      /** @description `malformed_json`: The body is not JSON */
      readonly 400: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `in_progress`: The same request is still running */
      readonly 409: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `body_too_large`: The body is too large */
      readonly 413: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid; `idempotency_key_reused`: The Idempotency-Key was used for another request */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly revokeKey: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path: {
        readonly id: string;
      };
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Done */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["Key"];
        };
      };
      /** @description `unauthenticated`: The API key is missing or unknown */
      readonly 401: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `forbidden`: The API key lacks the scope for this */
      readonly 403: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `not_found`: Not found */
      readonly 404: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly checkHealth: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Done */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["CheckHealthAnswer"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
  readonly getOpenApi: {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly requestBody?: never;
    readonly responses: {
      /** @description Done */
      readonly 200: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/json": components["schemas"]["GetOpenApiAnswer"];
        };
      };
      /** @description `invalid_input`: The input is not valid */
      readonly 422: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
      /** @description Too many requests: ask again after a moment */
      readonly 429: {
        headers: {
          readonly [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `internal`: Internal error */
      readonly 500: {
        headers: {
          readonly [name: string]: unknown;
        };
        content: {
          readonly "application/problem+json": components["schemas"]["Problem"];
        };
      };
    };
  };
}
